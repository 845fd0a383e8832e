"""People whom a source names in no school; structures that come together

Revision ID: 20261122f
Revises: 20261122e
Create Date: 2026-11-22 18:30:40.518203+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = '20261122f'
down_revision = '20261122e'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('unplaced',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('category', sa.String(length=8), nullable=False),
    sa.Column('delivery', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_unplaced_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'source', name=op.f('pk_unplaced'))
    )
    with op.batch_alter_table('feed_structure', schema=None) as batch_op:
        batch_op.add_column(sa.Column('delivered_with', sa.BigInteger(), nullable=True))
    op.execute("""UPDATE feed_structure SET delivered_with = import_id WHERE import_id IN
                  (SELECT id FROM feed_import WHERE complete AND state = 'applied')""")


def downgrade() -> None:
    with op.batch_alter_table('feed_structure', schema=None) as batch_op:
        batch_op.drop_column('delivered_with')

    op.drop_table('unplaced')
