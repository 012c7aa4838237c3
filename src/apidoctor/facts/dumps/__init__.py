"""Answers of AWS as other tools and people keep them: many files, named and laid out in many ways.

``names`` says what a file's path tells, ``contents`` which answers a document holds, ``places`` whose account and
which Region they are of, ``joining`` makes one answer of several files.  ``facts.folder`` does the reading.
"""
