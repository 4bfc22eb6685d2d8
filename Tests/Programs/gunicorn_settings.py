"""Settings of gunicorn for soldout's own tests: one process with four threads, at the port that soldout gives."""
import os

bind = "127.0.0.1:" + os.environ["PORT"]
workers = 1
worker_class = "gthread"
threads = 4
