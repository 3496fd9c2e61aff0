"""The scripts that build, check and document this repository; nothing in `linlog` imports them."""
