"""The accounts that a plan names, one by one

Revision ID: 20261122e
Revises: 20261122d
Create Date: 2026-11-22 18:00:12.418306+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = '20261122e'
down_revision = '20261122d'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('rollover_plan_line', schema=None) as batch_op:
        batch_op.add_column(sa.Column('numbers', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('rollover_plan_line', schema=None) as batch_op:
        batch_op.drop_column('numbers')
