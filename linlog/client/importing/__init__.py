"""Files of tasks and predictions on their way to the server: row by row, each accounted for.

`rows` reads a file, `reports` counts what became of its rows, `delivery` sends them in batches that
may be repeated, `tasks` and `predictions` say what a row is. A row's id follows from the file and
its place, so that a file that is imported again, or was half imported, is stored once.
"""
