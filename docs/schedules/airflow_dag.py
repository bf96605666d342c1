"""What is due of a batch, every night, as a DAG for Airflow 3; the command does the rest.

A report that is not well fails the task; a batch that another one keeps out is skipped. Nothing is tried again by
Airflow: the batch tries lost workers again itself, and the next night goes on where this one ended.
"""

from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

CONFIG = "/srv/collective-impact/nightly.toml"

with DAG(
    dag_id="collective_impact_reports",
    schedule="15 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
):
    batch = BashOperator(
        task_id="batch",
        bash_command=f"collective-impact batch {CONFIG}",
        append_env=True,
        skip_on_exit_code=3,
        retries=0,
        execution_timeout=timedelta(hours=6),
    )
    status = BashOperator(
        task_id="status",
        bash_command=f"collective-impact status {CONFIG}",
        append_env=True,
        trigger_rule="all_done",
        retries=0,
    )
    batch >> status
