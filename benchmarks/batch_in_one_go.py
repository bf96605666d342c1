"""What `batch.py` runs in a process of its own: notebooks in warm kernels, begun as the batch command begins."""

import sys

from collective_impact.batch.kernels.warm import warm_kernels
from collective_impact.batch.kernels.workers import prepare_workers

if __name__ == "__main__":
    with warm_kernels():
        prepare_workers()
        from batch import run_in_pool  # these imports are done while others do theirs

        run_in_pool(int(sys.argv[1]))
