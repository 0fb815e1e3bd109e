"""Measurements of Varve, beside other tools.

`command` runs the measurements that the user asks for. Each measurement is a module with two
functions: `measure` returns raw numbers, which can be written as JSON, and `table` renders the
numbers as lines of Markdown.
"""
