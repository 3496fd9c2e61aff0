"""The one door for mail: to the server that the operator named, encrypted unless it is here."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from linlog.server.log import log
from linlog.server.settings import LOOPBACK

if TYPE_CHECKING:
    from linlog.server.settings import Settings

WAIT_S: Final = 10.0
_PORTS: Final = {"smtp": 587, "smtps": 465}


def is_set(settings: Settings) -> bool:
    """Whether the server sends mail."""
    return bool(settings.smtp)


def send(settings: Settings, *, to: str, subject: str, text: str) -> bool:
    """Send a mail, and say whether it was taken; a failure is in the server's log."""
    message = EmailMessage()
    try:
        message["From"], message["To"], message["Subject"] = settings.mail_from, to, subject
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        _deliver(settings, message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        # What the other server said may quote the mail, and a mail holds a secret.
        log("error", "a mail could not be sent", error=type(error).__name__)
        return False
    return True


def _deliver(settings: Settings, message: EmailMessage) -> None:
    parts = urlsplit(settings.smtp)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        line: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=WAIT_S, context=context)
    else:
        line = smtplib.SMTP(host, port, timeout=WAIT_S)
    with line:
        if parts.scheme == "smtp" and host not in LOOPBACK:
            line.starttls(context=context)
        if parts.username:
            line.login(unquote(parts.username), unquote(parts.password or ""))
        line.send_message(message)
