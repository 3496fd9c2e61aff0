"""Reports as Markdown, as one HTML page, and as tables of pandas: texts out of plain data, no more.

Stands below the wire, whose reports show themselves by it: blocks are known here by their `type`.
"""
