"""The feeds planned and applied school by school; the teachers' choice of classes; stand-ins, unconfirmed links

Revision ID: 20261122d
Revises: 20261122c
Create Date: 2026-11-22 13:30:09.130203+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = '20261122d'
down_revision = '20261122c'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('feed_rhythm',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('complete', sa.Boolean(), nullable=False),
    sa.Column('hour', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_rhythm')),
    sa.UniqueConstraint('source', 'weekday', name=op.f('uq_feed_rhythm_source_weekday'))
    )
    op.create_table('class_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('pupils_before', sa.Integer(), nullable=False),
    sa.Column('into', sa.JSON(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reopened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_class_change_class_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_class_change_school_id')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['person.id'], name=op.f('fk_class_change_settled_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_change'))
    )
    with op.batch_alter_table('class_change', schema=None) as batch_op:
        batch_op.create_index('ix_class_change_class_id', ['class_id'], unique=False)
        batch_op.create_index('ix_class_change_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_class_change_school_id_state', ['school_id', 'state'], unique=False)
        batch_op.create_index('ix_class_change_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    op.create_table('class_choice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('answer', sa.String(length=8), nullable=False),
    sa.Column('line', sa.String(length=300), nullable=False),
    sa.Column('postponed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recoverable_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_class_choice_answered_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_class_choice_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_class_choice_school_id')),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_class_choice_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_choice'))
    )
    with op.batch_alter_table('class_choice', schema=None) as batch_op:
        batch_op.create_index('ix_class_choice_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_class_choice_school_id_year_id', ['school_id', 'year_id'], unique=False)
        batch_op.create_index('ix_class_choice_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.create_index('ix_class_choice_year_id', ['year_id'], unique=False)
        batch_op.create_index('uq_class_choice_person_id_school_id_year_id', ['person_id', 'school_id', 'year_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('class_level',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('level', sa.String(length=20), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_class_level_class_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_class_level_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_level'))
    )
    with op.batch_alter_table('class_level', schema=None) as batch_op:
        batch_op.create_index('ix_class_level_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_class_level_school_id'), ['school_id'], unique=False)
        batch_op.create_index('ix_class_level_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.create_index('uq_class_level_class_id_level', ['class_id', 'level'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('class_replacement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('absent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('attached', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('held', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('last_day IS NULL OR first_day <= last_day', name=op.f('ck_class_replacement_days')),
    sa.ForeignKeyConstraint(['absent_id'], ['person.id'], name=op.f('fk_class_replacement_absent_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_class_replacement_class_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_class_replacement_made_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_class_replacement_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_class_replacement_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_replacement'))
    )
    with op.batch_alter_table('class_replacement', schema=None) as batch_op:
        batch_op.create_index('ix_class_replacement_class_id', ['class_id'], unique=False)
        batch_op.create_index('ix_class_replacement_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_class_replacement_person_id', ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_class_replacement_school_id'), ['school_id'], unique=False)
        batch_op.create_index('ix_class_replacement_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    op.create_table('class_roster',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_class_roster_class_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_class_roster_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_class_roster_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_roster'))
    )
    with op.batch_alter_table('class_roster', schema=None) as batch_op:
        batch_op.create_index('ix_class_roster_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_class_roster_person_id', ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_class_roster_school_id'), ['school_id'], unique=False)
        batch_op.create_index('ix_class_roster_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.create_index('uq_class_roster_class_id_person_id', ['class_id', 'person_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('closed_class',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_closed_class_class_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_closed_class_closed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_closed_class_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closed_class'))
    )
    with op.batch_alter_table('closed_class', schema=None) as batch_op:
        batch_op.create_index('ix_closed_class_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_closed_class_school_id'), ['school_id'], unique=False)
        batch_op.create_index('ix_closed_class_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.create_index('uq_closed_class_class_id', ['class_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('feed_arrival',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('sign', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('import_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['feed_import.id'], name=op.f('fk_feed_arrival_import_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_arrival'))
    )
    with op.batch_alter_table('feed_arrival', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feed_arrival_import_id'), ['import_id'], unique=False)
        batch_op.create_index('ix_feed_arrival_source_name', ['source', 'name'], unique=False)
        batch_op.create_index(batch_op.f('ix_feed_arrival_state'), ['state'], unique=False)

    op.create_table('feed_decision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('import_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('alone', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.String(length=8), nullable=True),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_feed_decision_decided_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['import_id'], ['feed_import.id'], name=op.f('fk_feed_decision_import_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_feed_decision_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_decision')),
    sa.UniqueConstraint('import_id', 'school_id', 'code', name=op.f('uq_feed_decision_import_id_school_id_code'))
    )
    with op.batch_alter_table('feed_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feed_decision_school_id'), ['school_id'], unique=False)

    op.create_table('feed_import_school',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('import_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('uai', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('reason', sa.JSON(), nullable=True),
    sa.Column('empties', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('lifted_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('second_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['feed_import.id'], name=op.f('fk_feed_import_school_import_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['lifted_by_id'], ['person.id'], name=op.f('fk_feed_import_school_lifted_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_feed_import_school_school_id')),
    sa.ForeignKeyConstraint(['second_by_id'], ['person.id'], name=op.f('fk_feed_import_school_second_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_import_school')),
    sa.UniqueConstraint('import_id', 'key', name=op.f('uq_feed_import_school_import_id_key'))
    )
    with op.batch_alter_table('feed_import_school', schema=None) as batch_op:
        batch_op.create_index('ix_feed_import_school_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_feed_import_school_school_id'), ['school_id'], unique=False)
        batch_op.create_index('ix_feed_import_school_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    op.create_table('feed_refused_class',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.Column('refused_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('refused_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['refused_by_id'], ['person.id'], name=op.f('fk_feed_refused_class_refused_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_feed_refused_class_school_id')),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_feed_refused_class_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_refused_class')),
    sa.UniqueConstraint('school_id', 'year_id', 'code', name=op.f('uq_feed_refused_class_school_id_year_id_code'))
    )
    op.create_table('school_declaration',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('uais', sa.JSON(), nullable=False),
    sa.Column('site', sa.Text(), nullable=False),
    sa.Column('address', sa.String(length=10), nullable=False),
    sa.Column('readable_until', sa.Date(), nullable=True),
    sa.Column('sections', sa.Text(), nullable=False),
    sa.Column('trash', sa.Text(), nullable=False),
    sa.Column('archives', sa.Text(), nullable=False),
    sa.Column('keeper', sa.String(length=200), nullable=False),
    sa.Column('keeper_uai', sa.String(length=8), nullable=False),
    sa.Column('declared_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('declared_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('former_uai', sa.String(length=8), nullable=False),
    sa.Column('open', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['person.id'], name=op.f('fk_school_declaration_confirmed_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['declared_by_id'], ['person.id'], name=op.f('fk_school_declaration_declared_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_school_declaration_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_declaration'))
    )
    with op.batch_alter_table('school_declaration', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_school_declaration_former_uai'), ['former_uai'], unique=False)
        batch_op.create_index('uq_school_declaration_school_id', ['school_id'], unique=True, sqlite_where=sa.text('open'), postgresql_where=sa.text('open'))

    op.create_table('hand_verdict',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.Column('other_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('said', sa.String(length=64), nullable=False),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_hand_verdict_class_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_hand_verdict_decided_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['other_id'], ['person.id'], name=op.f('fk_hand_verdict_other_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_hand_verdict_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_hand_verdict_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hand_verdict'))
    )
    with op.batch_alter_table('hand_verdict', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hand_verdict_other_id'), ['other_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hand_verdict_school_id'), ['school_id'], unique=False)
        batch_op.create_index('uq_hand_verdict_account', ['person_id', 'other_id'], unique=True)
        batch_op.create_index('uq_hand_verdict_link', ['class_id', 'person_id', 'role'], unique=True)

    op.create_table('leaver_pause',
    sa.Column('begins', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('set_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['set_by_id'], ['person.id'], name=op.f('fk_leaver_pause_set_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('begins', name=op.f('pk_leaver_pause'))
    )
    with op.batch_alter_table('leaver_pause', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_leaver_pause_set_by_id'), ['set_by_id'], unique=False)

    op.create_table('stand_in',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('by_project', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('named_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('named_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('from_day <= last_day', name=op.f('ck_stand_in_days')),
    sa.ForeignKeyConstraint(['named_by_id'], ['person.id'], name=op.f('fk_stand_in_named_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_stand_in_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_stand_in_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stand_in'))
    )
    with op.batch_alter_table('stand_in', schema=None) as batch_op:
        batch_op.create_index('ix_stand_in_person_id', ['person_id'], unique=False)
        batch_op.create_index('ix_stand_in_school_id_role', ['school_id', 'role'], unique=False)

    op.create_table('chosen_class',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('choice_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('membership', sa.String(length=10), nullable=False),
    sa.Column('chosen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['choice_id'], ['class_choice.id'], name=op.f('fk_chosen_class_choice_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_chosen_class_class_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_chosen_class_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chosen_class'))
    )
    with op.batch_alter_table('chosen_class', schema=None) as batch_op:
        batch_op.create_index('ix_chosen_class_class_id', ['class_id'], unique=False)
        batch_op.create_index('ix_chosen_class_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_chosen_class_school_id'), ['school_id'], unique=False)
        batch_op.create_index('ix_chosen_class_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.create_index('uq_chosen_class_choice_id_class_id', ['choice_id', 'class_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('class_carry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('choice_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('change_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_section_id', sa.BigInteger(), nullable=False),
    sa.Column('from_title', sa.String(length=120), nullable=False),
    sa.Column('to_section_id', sa.BigInteger(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('bytes', sa.BigInteger(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('returned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_class_carry_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['change_id'], ['class_change.id'], name=op.f('fk_class_carry_change_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['choice_id'], ['class_choice.id'], name=op.f('fk_class_carry_choice_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_class_carry_class_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_class_carry_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_carry'))
    )
    with op.batch_alter_table('class_carry', schema=None) as batch_op:
        batch_op.create_index('ix_class_carry_change_id', ['change_id'], unique=False)
        batch_op.create_index('ix_class_carry_choice_id', ['choice_id'], unique=False)
        batch_op.create_index('ix_class_carry_class_id', ['class_id'], unique=False)
        batch_op.create_index('ix_class_carry_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_class_carry_school_id'), ['school_id'], unique=False)
        batch_op.create_index('ix_class_carry_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    op.create_table('class_offer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('section_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('partnerships', sa.JSON(), nullable=False),
    sa.Column('offered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_class_offer_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_class_offer_school_id')),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_class_offer_section_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_class_offer_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_offer'))
    )
    with op.batch_alter_table('class_offer', schema=None) as batch_op:
        batch_op.create_index('ix_class_offer_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_class_offer_person_id', ['person_id'], unique=False)
        batch_op.create_index('ix_class_offer_school_id', ['school_id'], unique=False)
        batch_op.create_index('ix_class_offer_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_class_offer_year_id'), ['year_id'], unique=False)
        batch_op.create_index('uq_class_offer_section_id_person_id', ['section_id', 'person_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    with op.batch_alter_table('affiliation', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_affiliation_person_id_school_id_profile'), type_='unique')
        batch_op.create_index('uq_affiliation_person_id_school_id_profile', ['person_id', 'school_id', 'profile'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.create_index('ix_affiliation_person_id_school_id', ['person_id', 'school_id'], unique=False)

    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.add_column(sa.Column('carried_from', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('carried_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('uq_article_section_id_carried_from', ['section_id', 'carried_from'], unique=True, sqlite_where=sa.text('carried_from IS NOT NULL'), postgresql_where=sa.text('carried_from IS NOT NULL'))

    with op.batch_alter_table('article_attachment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('carried_from', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('carried_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('uq_article_attachment_article_id_carried_from', ['article_id', 'carried_from'], unique=True, sqlite_where=sa.text('carried_from IS NOT NULL'), postgresql_where=sa.text('carried_from IS NOT NULL'))

    with op.batch_alter_table('class_membership', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('also_from', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('unconfirmed', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.drop_constraint(batch_op.f('uq_class_membership_class_id_person_id_role_subject_code'), type_='unique')
        batch_op.create_index('uq_class_membership_class_id_person_id_role_subject_code', ['class_id', 'person_id', 'role', 'subject_code'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    with op.batch_alter_table('contest', schema=None) as batch_op:
        batch_op.add_column(sa.Column('carried_from', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('carried_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('uq_contest_section_id_carried_from', ['section_id', 'carried_from'], unique=True, sqlite_where=sa.text('carried_from IS NOT NULL'), postgresql_where=sa.text('carried_from IS NOT NULL'))

    with op.batch_alter_table('feed_import', schema=None) as batch_op:
        batch_op.add_column(sa.Column('complete', sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column('holds', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('stage', sa.String(length=10), server_default='', nullable=False))
        batch_op.add_column(sa.Column('run_id', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('stale', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('asked_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_feed_import_asked_by_id_person'), 'person', ['asked_by_id'], ['id'], ondelete='SET NULL')
        batch_op.create_index('uq_feed_import_applying', ['state'], unique=True, sqlite_where=sa.text("state = 'applying'"), postgresql_where=sa.text("state = 'applying'"))

    with op.batch_alter_table('folder', schema=None) as batch_op:
        batch_op.add_column(sa.Column('carried_from', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('carried_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('uq_folder_section_id_carried_from', ['section_id', 'carried_from'], unique=True, sqlite_where=sa.text('carried_from IS NOT NULL'), postgresql_where=sa.text('carried_from IS NOT NULL'))

    with op.batch_alter_table('group_membership', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_group_membership_group_id_person_id_role_subject_code'), type_='unique')
        batch_op.create_index('uq_group_membership_group_id_person_id_role_subject_code', ['group_id', 'person_id', 'role', 'subject_code'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    with op.batch_alter_table('guardian_merge', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=10), server_default='guardian', nullable=False))
        batch_op.add_column(sa.Column('image', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('undone_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('conflicts', sa.JSON(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_guardian_merge_undone_by_id'), 'person', ['undone_by_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('guardianship', schema=None) as batch_op:
        batch_op.add_column(sa.Column('also_from', sa.String(length=20), nullable=True))
        batch_op.drop_constraint(batch_op.f('uq_guardianship_student_id_guardian_id'), type_='unique')
        batch_op.create_index('uq_guardianship_student_id_guardian_id', ['student_id', 'guardian_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    with op.batch_alter_table('map_point', schema=None) as batch_op:
        batch_op.add_column(sa.Column('carried_from', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('carried_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('uq_map_point_section_id_carried_from', ['section_id', 'carried_from'], unique=True, sqlite_where=sa.text('carried_from IS NOT NULL'), postgresql_where=sa.text('carried_from IS NOT NULL'))

    with op.batch_alter_table('media_file', schema=None) as batch_op:
        batch_op.add_column(sa.Column('carried_from', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('carried_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('uq_media_file_section_id_carried_from', ['section_id', 'carried_from'], unique=True, sqlite_where=sa.text('carried_from IS NOT NULL'), postgresql_where=sa.text('carried_from IS NOT NULL'))

    with op.batch_alter_table('person_function', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_person_function_person_id_school_id_code_discipline_code'), type_='unique')
        batch_op.create_index('uq_person_function_person_id_school_id_code_discipline_code', ['person_id', 'school_id', 'code', 'discipline_code'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    with op.batch_alter_table('rollover_plan', schema=None) as batch_op:
        batch_op.add_column(sa.Column('delivery_id', sa.BigInteger(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('rollover_plan', schema=None) as batch_op:
        batch_op.drop_column('delivery_id')

    with op.batch_alter_table('person_function', schema=None) as batch_op:
        batch_op.drop_index('uq_person_function_person_id_school_id_code_discipline_code', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.create_unique_constraint(batch_op.f('uq_person_function_person_id_school_id_code_discipline_code'), ['person_id', 'school_id', 'code', 'discipline_code'])

    with op.batch_alter_table('media_file', schema=None) as batch_op:
        batch_op.drop_index('uq_media_file_section_id_carried_from', sqlite_where=sa.text('carried_from IS NOT NULL'), postgresql_where=sa.text('carried_from IS NOT NULL'))
        batch_op.drop_column('carried_by')
        batch_op.drop_column('carried_from')

    with op.batch_alter_table('map_point', schema=None) as batch_op:
        batch_op.drop_index('uq_map_point_section_id_carried_from', sqlite_where=sa.text('carried_from IS NOT NULL'), postgresql_where=sa.text('carried_from IS NOT NULL'))
        batch_op.drop_column('carried_by')
        batch_op.drop_column('carried_from')

    with op.batch_alter_table('guardianship', schema=None) as batch_op:
        batch_op.drop_index('uq_guardianship_student_id_guardian_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.create_unique_constraint(batch_op.f('uq_guardianship_student_id_guardian_id'), ['student_id', 'guardian_id'])
        batch_op.drop_column('also_from')

    with op.batch_alter_table('guardian_merge', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_guardian_merge_undone_by_id'), type_='foreignkey')
        batch_op.drop_column('conflicts')
        batch_op.drop_column('undone_by_id')
        batch_op.drop_column('undone_at')
        batch_op.drop_column('image')
        batch_op.drop_column('kind')

    with op.batch_alter_table('group_membership', schema=None) as batch_op:
        batch_op.drop_index('uq_group_membership_group_id_person_id_role_subject_code', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.create_unique_constraint(batch_op.f('uq_group_membership_group_id_person_id_role_subject_code'), ['group_id', 'person_id', 'role', 'subject_code'])

    with op.batch_alter_table('folder', schema=None) as batch_op:
        batch_op.drop_index('uq_folder_section_id_carried_from', sqlite_where=sa.text('carried_from IS NOT NULL'), postgresql_where=sa.text('carried_from IS NOT NULL'))
        batch_op.drop_column('carried_by')
        batch_op.drop_column('carried_from')

    with op.batch_alter_table('feed_import', schema=None) as batch_op:
        batch_op.drop_index('uq_feed_import_applying', sqlite_where=sa.text("state = 'applying'"), postgresql_where=sa.text("state = 'applying'"))
        batch_op.drop_constraint(batch_op.f('fk_feed_import_asked_by_id_person'), type_='foreignkey')
        batch_op.drop_column('asked_by_id')
        batch_op.drop_column('asked_at')
        batch_op.drop_column('stale')
        batch_op.drop_column('run_id')
        batch_op.drop_column('stage')
        batch_op.drop_column('holds')
        batch_op.drop_column('complete')

    with op.batch_alter_table('contest', schema=None) as batch_op:
        batch_op.drop_index('uq_contest_section_id_carried_from', sqlite_where=sa.text('carried_from IS NOT NULL'), postgresql_where=sa.text('carried_from IS NOT NULL'))
        batch_op.drop_column('carried_by')
        batch_op.drop_column('carried_from')

    with op.batch_alter_table('class_membership', schema=None) as batch_op:
        batch_op.drop_index('uq_class_membership_class_id_person_id_role_subject_code', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.create_unique_constraint(batch_op.f('uq_class_membership_class_id_person_id_role_subject_code'), ['class_id', 'person_id', 'role', 'subject_code'])
        batch_op.drop_column('unconfirmed')
        batch_op.drop_column('also_from')
        batch_op.drop_column('confirmed_at')

    with op.batch_alter_table('article_attachment', schema=None) as batch_op:
        batch_op.drop_index('uq_article_attachment_article_id_carried_from', sqlite_where=sa.text('carried_from IS NOT NULL'), postgresql_where=sa.text('carried_from IS NOT NULL'))
        batch_op.drop_column('carried_by')
        batch_op.drop_column('carried_from')

    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.drop_index('uq_article_section_id_carried_from', sqlite_where=sa.text('carried_from IS NOT NULL'), postgresql_where=sa.text('carried_from IS NOT NULL'))
        batch_op.drop_column('carried_by')
        batch_op.drop_column('carried_from')

    with op.batch_alter_table('affiliation', schema=None) as batch_op:
        batch_op.drop_index('ix_affiliation_person_id_school_id')
        batch_op.drop_index('uq_affiliation_person_id_school_id_profile', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.create_unique_constraint(batch_op.f('uq_affiliation_person_id_school_id_profile'), ['person_id', 'school_id', 'profile'])

    with op.batch_alter_table('class_offer', schema=None) as batch_op:
        batch_op.drop_index('uq_class_offer_section_id_person_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index(batch_op.f('ix_class_offer_year_id'))
        batch_op.drop_index('ix_class_offer_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_class_offer_school_id')
        batch_op.drop_index('ix_class_offer_person_id')
        batch_op.drop_index('ix_class_offer_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    op.drop_table('class_offer')
    with op.batch_alter_table('class_carry', schema=None) as batch_op:
        batch_op.drop_index('ix_class_carry_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_class_carry_school_id'))
        batch_op.drop_index('ix_class_carry_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_index('ix_class_carry_class_id')
        batch_op.drop_index('ix_class_carry_choice_id')
        batch_op.drop_index('ix_class_carry_change_id')

    op.drop_table('class_carry')
    with op.batch_alter_table('chosen_class', schema=None) as batch_op:
        batch_op.drop_index('uq_chosen_class_choice_id_class_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('ix_chosen_class_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_chosen_class_school_id'))
        batch_op.drop_index('ix_chosen_class_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_index('ix_chosen_class_class_id')

    op.drop_table('chosen_class')
    with op.batch_alter_table('stand_in', schema=None) as batch_op:
        batch_op.drop_index('ix_stand_in_school_id_role')
        batch_op.drop_index('ix_stand_in_person_id')

    op.drop_table('stand_in')
    with op.batch_alter_table('leaver_pause', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_leaver_pause_set_by_id'))

    op.drop_table('leaver_pause')
    with op.batch_alter_table('hand_verdict', schema=None) as batch_op:
        batch_op.drop_index('uq_hand_verdict_link')
        batch_op.drop_index('uq_hand_verdict_account')
        batch_op.drop_index(batch_op.f('ix_hand_verdict_school_id'))
        batch_op.drop_index(batch_op.f('ix_hand_verdict_other_id'))

    op.drop_table('hand_verdict')
    with op.batch_alter_table('school_declaration', schema=None) as batch_op:
        batch_op.drop_index('uq_school_declaration_school_id', sqlite_where=sa.text('open'), postgresql_where=sa.text('open'))
        batch_op.drop_index(batch_op.f('ix_school_declaration_former_uai'))

    op.drop_table('school_declaration')
    op.drop_table('feed_refused_class')
    with op.batch_alter_table('feed_import_school', schema=None) as batch_op:
        batch_op.drop_index('ix_feed_import_school_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_feed_import_school_school_id'))
        batch_op.drop_index('ix_feed_import_school_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    op.drop_table('feed_import_school')
    with op.batch_alter_table('feed_decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_feed_decision_school_id'))

    op.drop_table('feed_decision')
    with op.batch_alter_table('feed_arrival', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_feed_arrival_state'))
        batch_op.drop_index('ix_feed_arrival_source_name')
        batch_op.drop_index(batch_op.f('ix_feed_arrival_import_id'))

    op.drop_table('feed_arrival')
    with op.batch_alter_table('closed_class', schema=None) as batch_op:
        batch_op.drop_index('uq_closed_class_class_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('ix_closed_class_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_closed_class_school_id'))
        batch_op.drop_index('ix_closed_class_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    op.drop_table('closed_class')
    with op.batch_alter_table('class_roster', schema=None) as batch_op:
        batch_op.drop_index('uq_class_roster_class_id_person_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('ix_class_roster_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_class_roster_school_id'))
        batch_op.drop_index('ix_class_roster_person_id')
        batch_op.drop_index('ix_class_roster_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    op.drop_table('class_roster')
    with op.batch_alter_table('class_replacement', schema=None) as batch_op:
        batch_op.drop_index('ix_class_replacement_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_class_replacement_school_id'))
        batch_op.drop_index('ix_class_replacement_person_id')
        batch_op.drop_index('ix_class_replacement_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_index('ix_class_replacement_class_id')

    op.drop_table('class_replacement')
    with op.batch_alter_table('class_level', schema=None) as batch_op:
        batch_op.drop_index('uq_class_level_class_id_level', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('ix_class_level_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_class_level_school_id'))
        batch_op.drop_index('ix_class_level_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    op.drop_table('class_level')
    with op.batch_alter_table('class_choice', schema=None) as batch_op:
        batch_op.drop_index('uq_class_choice_person_id_school_id_year_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('ix_class_choice_year_id')
        batch_op.drop_index('ix_class_choice_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_class_choice_school_id_year_id')
        batch_op.drop_index('ix_class_choice_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    op.drop_table('class_choice')
    with op.batch_alter_table('class_change', schema=None) as batch_op:
        batch_op.drop_index('ix_class_change_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_class_change_school_id_state')
        batch_op.drop_index('ix_class_change_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_index('ix_class_change_class_id')

    op.drop_table('class_change')
    op.drop_table('feed_rhythm')
