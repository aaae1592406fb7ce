"""しんせい 電子申請: a small e-application service that uses Genkan from outside.

It belongs to an invented municipality (ひなた市) and takes applications for a nursery place. It
knows Genkan only by its public interfaces, keeps its own accounts and its own SQLite file, and can
be read as a pattern for a real partner. Start with `genkan_client.py`: it holds everything that is
said between the two; the rest is an ordinary Flask application.

Always true:
- personal data received from Genkan is stored with the provision it came by, and a disposal
  request for that provision removes it from the database file, not only from the pages;
- no personal data is written to a log line, a web address or a cookie.
"""
