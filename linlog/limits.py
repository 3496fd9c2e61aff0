"""Every cap on what is sent, kept and waited for; code, tests and the page of limits read it."""

from __future__ import annotations

from typing import Final

BODY_BYTES: Final = 65 * 1024 * 1024
"""Bytes of one request: the largest file, and what an old client wraps around it."""
PUBLIC_BODY_BYTES: Final = 64 * 1024
"""Bytes of one request of somebody who has not signed in."""
LARGE_BODY_BYTES: Final = 1024 * 1024
"""Bytes of a body from which on it is large."""
LARGE_BODIES: Final = 4
"""Large bodies of one organisation that one process holds at once; others wait."""
FILE_BYTES: Final = 64 * 1024 * 1024
"""Bytes of a file that is uploaded, or fetched from an address."""
HEAD_BYTES: Final = 64 * 1024
"""Bytes of the request line and the headers, and of what frames a body in chunks."""
HEADERS: Final = 100
"""Headers of one request."""
FORM_PARTS: Final = 20
"""Parts of a multipart body, which the published clients send."""
FORM_HEAD_BYTES: Final = 8192
"""Bytes of the headers of one part of a multipart body."""
FORM_TYPE_BYTES: Final = 1000
"""Bytes of the type of a multipart body."""
JSON_DEPTH: Final = 64
"""Levels of objects and lists within each other, in any body."""
JSON_BYTES: Final = 32 * 1024 * 1024
"""Bytes of a JSON body."""
WHOLLY_EXPLAINED_BYTES: Final = 64 * 1024
"""Bytes of a JSON body up to which every wrong entry of a list is counted, not the first alone."""
JSON_OBJECTS: Final = 250_000
"""Objects of one JSON body."""
JSON_LISTS: Final = 500_000
"""Lists of one JSON body."""
JSON_VALUES: Final = 2_000_000
"""Commas of one JSON body, those of its texts included."""
JSON_KEYS: Final = 10_000
"""Keys of one object of a JSON body."""
FREE_DATA: Final = 1_000_000
"""Characters of texts and keys, and values, of free data such as a task's metadata."""
NAME_CHARACTERS: Final = 200
"""Characters of a name or a title."""
TEXT_CHARACTERS: Final = 2_000_000
"""Characters of the text of a task."""
FILE_NAME_CHARACTERS: Final = 1000
"""Characters of a file's name; longer ones are cut."""
EMAIL_CHARACTERS: Final = 254
"""Characters of an email address."""
SECRET_CHARACTERS: Final = 200
"""Characters of a secret that a link or the server's first words give."""
CODE_CHARACTERS: Final = 64
"""Characters of a code of a second factor."""
PASSWORD_BYTES: Final = 1024
"""Bytes of a password in UTF-8."""
UNIQUE_ID_CHARACTERS: Final = 500
"""Characters of a task's unique_id."""
COMMENT_CHARACTERS: Final = 4000
"""Characters of a comment."""
COMMENTS: Final = 1000
"""Comments that one task holds."""
TAGS: Final = 100
"""Tags of one task."""
METADATA_KEYS: Final = 1000
"""Keys of a task's metadata."""
ATTRIBUTES: Final = 100
"""Attributes of one annotation or prediction."""
LABELS: Final = 1000
"""Labels that a project is created with."""
LABEL_ATTRIBUTES: Final = 200
"""Attributes that the labels of a project may have."""
LABELS_OF_MODEL: Final = 10_000
"""Labels of a model version, and of a label map."""
CONFIG_KEYS: Final = 100
"""Settings of an evaluation."""
LOG_KEYS: Final = 10_000
"""Keys of one log entry."""
LOG_DEPTH: Final = 8
"""Levels of a log entry that numbers are taken of."""
QUERY_CHARACTERS: Final = 20_000
"""Characters of a query as a text."""
QUERY_DEPTH: Final = 20
"""Levels of queries within each other."""
QUERY_CONDITIONS: Final = 200
"""Conditions of one query."""
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
LARGE_IMAGE_PIXELS: Final = 10_000_000
"""Pixels from which on an image is large: one process makes one such image small at a time."""
PAGE: Final = 1000
"""Entries of one page of a list."""
TASKS: Final = 1000
"""Tasks that one request creates."""
TASK_IDS: Final = 100_000
"""Tasks that one request names in its body."""
TRUTHS_OF_TASKS: Final = 200
"""Tasks whose frozen annotations one request asks for."""
CHANGED_TASKS: Final = 1_000_000
"""Tasks that one bulk change reaches."""
FILTER_IDS: Final = 200
"""Tasks that one list is narrowed to by `ids`."""
ANNOTATIONS: Final = 10_000
"""Annotations that one task holds."""
EARLIER: Final = 100
"""Earlier states of a task's annotations that are kept."""
PREDICTIONS: Final = 5000
"""Predictions of one request."""
BOXES: Final = 20_000
"""Boxes of one request that sends them as rows."""
LOG_ENTRIES: Final = 5000
"""Log entries of one request."""
SERIES_POINTS: Final = 10_000
"""Points of one series that a request asks for."""
SERIES_POINTS_TOGETHER: Final = 500_000
"""Points of one answer: with more keys each has fewer, and many resumes are thinned as one."""
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
READER_WAIT_S: Final = 30.0
"""Seconds that pass each time before it is looked at how fast an answer is taken."""
READER_BYTES_PER_S: Final = 1024
"""Bytes a second that whoever asked must take of an answer, on average between two looks."""
FETCH_WAIT_S: Final = 10.0
"""Seconds that the server waits for any part of an answer from an address."""
FETCH_S: Final = 30.0
"""Seconds that fetching from an address takes, all in all."""
ATTEMPTS_PER_ACCOUNT: Final = 9
"""Failed attempts to sign in to one account within a quarter of an hour; the next one waits."""
ATTEMPTS_PER_SOURCE: Final = 50
"""Failed attempts from one address within a quarter of an hour."""
PERSONAL_TOKEN_DAYS: Final = 365
"""Days that a personal token lives."""
TOKEN_PROJECTS: Final = 100
"""Projects that one token is for."""
RESETS_PER_HOUR: Final = 5
"""Links to choose another password that one account is sent in an hour."""
JOB_ATTEMPTS: Final = 3
"""Times that a job is taken up before it is given up."""
RESPONSE_BYTES: Final = 512 * 1024 * 1024
"""Bytes of an answer that the SDK reads."""
JOURNAL_BYTES: Final = 1024 * 1024 * 1024
"""Bytes that one journal of the SDK holds."""
JOURNAL_MEMORY_BYTES: Final = 128 * 1024 * 1024
"""Bytes that the SDK holds in memory where it can write no journal."""
RECORD_BYTES: Final = 64 * 1024 * 1024
"""Bytes of one record of a journal."""
ROW_BYTES: Final = 16 * 1024 * 1024
"""Bytes of one row of NDJSON, and of one entry of a JSON file."""
LINE_BYTES: Final = 1024 * 1024
"""Bytes of one line of a text file with tags."""
TOKENS: Final = 1_000_000
"""Tokens of one text of such a file."""
SAID_CHARACTERS: Final = 2000
"""Characters of a server's refusal that the SDK repeats."""
COLLECTED: Final = 10_000_000
"""Entries of a list that the SDK collects from its pages."""
REQUESTS_WAITING: Final = 200
"""Requests of one organisation that wait for a thread in a process, and of a token to be let in."""
WAITING_S: Final = 15.0
"""Seconds that a request waits for those of its organisation; then it is told to come back."""
SPARE_TURNS: Final = 2
"""Requests at work beyond the threads, each the only one of its organisation."""
ALONE_MS: Final = 50
"""Milliseconds that a request works before the next of its organisation begins, if others ask."""
ASKING_S: Final = 1.0
"""Seconds after a request in which its organisation counts as one of those that ask."""
REFUSAL_MS: Final = 50
"""Milliseconds between two answers to a caller that it asks too often."""
REFUSAL_S: Final = 10.0
"""Seconds that such an answer waits at most."""
SMALL_WRITE_BYTES: Final = 32 * 1024
"""Bytes of the body of a request that may share its commit; larger ones have their own."""
SHARED_COMMITS: Final = 64
"""Requests that share one commit; the next one begins another."""
SHARED_COMMIT_MS: Final = 25
"""Milliseconds after which a transaction that requests share takes no more of them."""
QUESTION_S: Final = 10.0
"""Seconds that the database works on what one request reads."""
FETCHES: Final = 4
"""Addresses that one process fetches from at once."""
FETCHES_EACH: Final = 2
"""Addresses of one organisation that are fetched from at once."""
BLOCK_BYTES: Final = 4096
"""Bytes that a file counts as at least, where an organisation has a quota."""
