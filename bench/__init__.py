"""The bench: what each operation costs the server, beside the least that it could cost.

`make bench` runs all of it (about five minutes), `python -m bench --quick` takes about a minute, with more
noise and a crowd of 10,000, and `--engine sqlite` or `--engine postgresql` takes that engine alone. Nothing
needs to be set up: the servers, the data and PostgreSQL itself are made for the run and removed after it.

**The figure that counts is CPU per request**: the microseconds, user and system, of all threads of the
server process (not of the database, not of the load), per answer. Other work on the machine changes how
many requests fit into a second and how long each waits; it changes the CPU that one takes much less, and
the *ratio* to the floor's, taken in turn within the same minute (A, B, A, B; medians over the rounds),
least of all. Read the ratio first, then the CPU; r/s, p50 and p99 are for comparing within one run.

**The load** is one process: 32 keep-alive connections, each a user of its own with one request under way,
so that writes do not meet in one user's rows.

**The floor** (`bench.floor`) is a bare ASGI handler under the same uvicorn, uvloop and httptools with the
same options, on a copy of the same database. Per request it does the SQL in one round trip and writes the
same bytes, headers included; before anything is measured the two answers are compared, all but request
ids, new ids and times. It verifies no token, refuses nothing, and writes no log, no metrics.

- Reads run the very statements of the server (session check inside), compiled by it.
- Writes on PostgreSQL are one statement of common table expressions that commits by itself, as each of the
  server's transactions does. On SQLite they are the server's statements; what waits shares one durable
  commit, as in the server.
- "Unchanged" valuation: both ask only for the version and write the bytes they keep. "Computed": both serve
  a market whose version changes with every read, so that each answer is folded, priced and written anew;
  the server asks for the version and then for the holdings, the floor for the holdings alone.

**The goals** are at most 2.0 times the floor for reads and 2.5 times for writes; 120 MB resident per worker
after the run; 1.5 s from the start of the process to the first answer; and the same CPU for a read among
100,000 users as among 100 (the other 99,900 each have a session, a portfolio, holdings, prices, an asset).
"""
