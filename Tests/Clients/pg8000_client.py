# pg8000: pure Python, its own way of sending the extended protocol.
import io
import os

import pg8000.native
from tokens import done, same, token, value

c = pg8000.native.Connection(
    os.environ["PGUSER"],
    host=os.environ["PGHOST"],
    port=int(os.environ["PGPORT"]),
    database=os.environ["PGDATABASE"],
    password="any",
    application_name="p3",
)
for _ in range(20):
    word = token()
    same(c.run("SELECT CAST(:w AS text)", w=word)[0][0], word)
c.run("CREATE TEMP TABLE t (n int, w text)")
c.run("START TRANSACTION")
word = value()
same(c.run("INSERT INTO t VALUES (1, :w) RETURNING w", w=word)[0][0], word)
c.run("COMMIT")
c.run("COPY t FROM STDIN", stream=io.BytesIO(b"".join(b"%d\tx\n" % n for n in range(1000))))
out = io.BytesIO()
c.run("COPY t TO STDOUT", stream=out)
same(out.getvalue().count(b"\n"), 1001)
try:
    c.run("SELECT broken")
    raise SystemExit("a broken statement was answered")
except pg8000.native.DatabaseError:
    pass
statement = c.prepare("SELECT CAST(:w AS text)")
for _ in range(5):
    word = token()
    same(statement.run(w=word)[0][0], word)
c.run("LISTEN news")
c.run("NOTIFY news, 'x'")
word = token()
same(c.run("SELECT CAST(:w AS text)", w=word)[0][0], word)
same(len(c.notifications), 1)
c.close()
done()
