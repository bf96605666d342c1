"""Threads and forking do not go together: a forked process misses the threads of the one it comes from."""

WITHOUT_THREADS = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""Environment variables under which imports start no thread."""
