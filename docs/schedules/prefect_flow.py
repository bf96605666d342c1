"""What is due of a batch, every night, as a flow for Prefect 3; the command does the rest.

``python prefect_flow.py`` serves it. A report that is not well fails the flow; a batch that another one keeps out does
not. Nothing is tried again by Prefect: the batch tries lost workers again itself, and the next night goes on.
"""

import subprocess

from prefect import flow

CONFIG = "/srv/collective-impact/nightly.toml"
LOCKED = 3


@flow(name="collective-impact-reports", log_prints=True)
def reports(config: str = CONFIG) -> None:
    """Make what is due."""
    done = subprocess.run(["collective-impact", "batch", config], check=False)
    if done.returncode == LOCKED:
        print("Another batch is at work in the same folder.")
        return
    done.check_returncode()


if __name__ == "__main__":
    reports.serve(name="nightly", cron="15 2 * * *", limit=1)
