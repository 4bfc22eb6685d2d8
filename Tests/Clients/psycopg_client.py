# psycopg 3: the extended protocol, prepared statements, pipelines, COPY, binary values.
import sys

import psycopg
from tokens import done, same, token

with psycopg.connect("application_name=p3 sslmode=prefer", autocommit=True) as c:
    for binary in (False, True):
        for _ in range(10):
            word = token()
            same(c.execute("SELECT %s::text", (word,), binary=binary, prepare=True).fetchone()[0], word)
    c.execute("CREATE TEMP TABLE t (n int, w text)")
    with c.transaction():
        word = token()
        same(c.execute("INSERT INTO t VALUES (%s, %s) RETURNING w", (1, word)).fetchone()[0], word)
    with c.cursor() as u:
        u.executemany("INSERT INTO t VALUES (%s, %s)", [(n, f"w{n}") for n in range(200)])
    words = [token() for _ in range(8)]
    with c.pipeline():
        answers = [c.execute("SELECT %s::text", (word,)) for word in words]
    same([answer.fetchone()[0] for answer in answers], words)
    try:
        with c.pipeline() as p:
            c.execute("SELECT 1")
            c.execute("SELECT broken")
            p.sync()
        sys.exit("a broken statement was answered")
    except psycopg.errors.UndefinedColumn:
        pass
    word = token()
    same(c.execute("SELECT %s::text", (word,)).fetchone()[0], word)
    with c.cursor() as u:
        with u.copy("COPY t (n, w) FROM STDIN") as copy:
            for n in range(1000):
                copy.write_row((n, "x" * 20))
        with u.copy("COPY t (n, w) FROM STDIN WITH (FORMAT BINARY)") as copy:
            copy.set_types(["int4", "text"])
            copy.write_row((1, "binary"))
        # By an Execute, whose Sync the server passes over.
        with u.copy("COPY (SELECT n FROM t WHERE n < %s ORDER BY n) TO STDOUT", (5,)) as copy:
            same(len([row for row in copy.rows()]), 12)
    word = token()
    same(c.execute("SELECT count(*)::text || %s FROM t", (word,)).fetchone()[0], "1202" + word)
    with c.transaction(), c.cursor("named") as u:
        u.execute("SELECT n FROM generate_series(1, 30) n")
        same([row[0] for row in u], list(range(1, 31)))
done()
