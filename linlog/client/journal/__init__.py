"""The journal: records on disk behind `log` and `create_model_run`, until the server has them.

`frames` is the form of a record, `files` one journal, `folder` where they lie, `lanes` what a
stream of records is appended to, `keeper` forces them to disk. The sender delivers.
"""
