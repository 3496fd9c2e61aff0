"""Every cap on what is sent, kept and waited for; code, tests and the page of limits read it."""

from __future__ import annotations

from typing import Final

BODY_BYTES: Final = 65 * 1024 * 1024
"""Bytes of one request: the largest file, and what an old client wraps around it."""
FILE_BYTES: Final = 64 * 1024 * 1024
"""Bytes of a file that is uploaded, or fetched from an address."""
HEAD_BYTES: Final = 64 * 1024
"""Bytes of the request line and the headers, and of what frames a body in chunks."""
FORM_PARTS: Final = 20
"""Parts of a multipart body, which the published clients send."""
FORM_HEAD_BYTES: Final = 8192
"""Bytes of the headers of one part of a multipart body."""
JSON_DEPTH: Final = 64
"""Levels of objects and lists within each other, in any body."""
FREE_DATA: Final = 1_000_000
"""Characters of texts and keys, and values, of free data such as a task's metadata."""
NAME_CHARACTERS: Final = 200
"""Characters of a name or a title."""
TEXT_CHARACTERS: Final = 2_000_000
"""Characters of the text of a task."""
FILE_NAME_CHARACTERS: Final = 1000
"""Characters of a file's name; longer ones are cut."""
KEY_CHARACTERS: Final = 64
"""Characters of an Idempotency-Key, and of the id that a client gives to an annotation."""
WHOLE_NUMBER: Final = 2**53 - 1
"""Steps, versions and numbers of log entries: what every reader has exactly."""
COORDINATE: Final = 1e9
"""Pixels that a coordinate may lie away from the corner of an image."""
POINTS: Final = 100_000
"""Points of one shape."""
MASK_SIDE: Final = 100_000
"""Pixels of a side of a mask."""
IMAGE_PIXELS: Final = 100_000_000
"""Pixels of an image, read from its header before anything is decoded."""
PAGE: Final = 1000
"""Entries of one page of a list."""
TASKS: Final = 1000
"""Tasks that one request creates."""
TASK_IDS: Final = 100_000
"""Tasks that one request names in its body."""
FILTER_IDS: Final = 200
"""Tasks that one list is narrowed to by `ids`."""
ANNOTATIONS: Final = 10_000
"""Annotations that one task holds."""
PREDICTIONS: Final = 5000
"""Predictions of one request."""
LOG_ENTRIES: Final = 5000
"""Log entries of one request."""
SERIES_POINTS: Final = 10_000
"""Points of one series that a request asks for."""
COMPARED: Final = 8
"""Evaluations that are compared at once."""
SLICES: Final = 50
"""Slices that one table shows."""
HEAD_S: Final = 10.0
"""Seconds in which the head of a request must be there."""
BODY_WAIT_S: Final = 30.0
"""Seconds that a body may pause, and that pass before its speed is looked at."""
BODY_BYTES_PER_S: Final = 1024
"""Bytes a second that a body must come in with, on average, after that."""
FETCH_WAIT_S: Final = 10.0
"""Seconds that the server waits for any part of an answer from an address."""
FETCH_S: Final = 30.0
"""Seconds that fetching from an address takes, all in all."""
RESETS_PER_HOUR: Final = 5
"""Links to choose another password that one account is sent in an hour."""
JOB_ATTEMPTS: Final = 3
"""Times that a job is taken up before it is given up."""
RESPONSE_BYTES: Final = 512 * 1024 * 1024
"""Bytes of an answer that the SDK reads."""
SAID_CHARACTERS: Final = 2000
"""Characters of a server's refusal that the SDK repeats."""
COLLECTED: Final = 10_000_000
"""Entries of a list that the SDK collects from its pages."""
REQUESTS_WAITING: Final = 200
"""Requests of one organisation that wait for a thread in one process."""
QUESTION_S: Final = 10.0
"""Seconds that the database works on what one request reads."""
FETCHES: Final = 4
"""Addresses that one process fetches from at once."""
FETCHES_EACH: Final = 2
"""Addresses of one organisation that are fetched from at once."""
BLOCK_BYTES: Final = 4096
"""Bytes that a file counts as at least, where an organisation has a quota."""
