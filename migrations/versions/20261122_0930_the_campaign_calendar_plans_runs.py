"""The campaign: its calendar, plans and runs, archives, erasures, leavers; the directory's rows can be set aside

Revision ID: 20261122c
Revises: 20261122b
Create Date: 2026-11-22 10:02:35.109960+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = '20261122c'
down_revision = '20261122b'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('backup_made',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('path', sa.String(length=500), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('bytes', sa.BigInteger(), nullable=False),
    sa.Column('ok', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_backup_made'))
    )
    with op.batch_alter_table('backup_made', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_backup_made_at'), ['at'], unique=False)

    op.create_table('campaign',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('preset', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('two_approve', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign'))
    )
    op.create_table('erasure',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('numbers', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure')),
    sa.UniqueConstraint('token', name=op.f('uq_erasure_token'))
    )
    op.create_table('feed_pause',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('target', sa.String(length=20), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('source', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('ends_at is null or ends_at > starts_at', name=op.f('ck_feed_pause_order')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_pause'))
    )
    with op.batch_alter_table('feed_pause', schema=None) as batch_op:
        batch_op.create_index('ix_feed_pause_target_starts_at', ['target', 'starts_at'], unique=False)

    op.create_table('gate_hold',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('run_id', sa.BigInteger(), nullable=False),
    sa.Column('school_id', sa.BigInteger(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('overridden_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gate_hold')),
    sa.UniqueConstraint('run_id', 'school_id', name=op.f('uq_gate_hold_run_id_school_id'))
    )
    with op.batch_alter_table('gate_hold', schema=None) as batch_op:
        batch_op.create_index('ix_gate_hold_school_id', ['school_id'], unique=False)

    op.create_table('campaign_school',
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_school_campaign_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_campaign_school_school_id')),
    sa.PrimaryKeyConstraint('campaign_id', 'school_id', name=op.f('pk_campaign_school'))
    )
    with op.batch_alter_table('campaign_school', schema=None) as batch_op:
        batch_op.create_index('ix_campaign_school_school_id', ['school_id'], unique=False)

    op.create_table('service_closure',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('service', sa.String(length=16), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('closed_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('source', sa.String(length=12), nullable=False),
    sa.Column('run_id', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_service_closure_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_closure'))
    )
    with op.batch_alter_table('service_closure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_closure_school_id'), ['school_id'], unique=False)
        batch_op.create_index('uq_service_closure_standing', ['school_id', 'service'], unique=True, sqlite_where=sa.text('closed_until is null'), postgresql_where=sa.text('closed_until is null'))

    op.create_table('archive',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('begins', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('covers', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_archive_owner_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_archive_school_id')),
    sa.ForeignKeyConstraint(['sha256'], ['blob.sha256'], name=op.f('fk_archive_sha256')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_archive'))
    )
    with op.batch_alter_table('archive', schema=None) as batch_op:
        batch_op.create_index('ix_archive_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_archive_owner_id', ['owner_id'], unique=False)
        batch_op.create_index('ix_archive_school_id_kind', ['school_id', 'kind'], unique=False)
        batch_op.create_index('ix_archive_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_archive_sha256'), ['sha256'], unique=False)
        batch_op.create_index('uq_archive_campaign_id_school_id_kind_unit_id', ['campaign_id', 'school_id', 'kind', 'unit_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('calendar_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('actor', sa.String(length=12), nullable=False),
    sa.Column('automatic', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('earliest', sa.Date(), nullable=True),
    sa.Column('latest', sa.Date(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('fired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.CheckConstraint('earliest is null or latest is null or earliest <= latest', name=op.f('ck_calendar_event_period')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_calendar_event_campaign_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['done_by_id'], ['person.id'], name=op.f('fk_calendar_event_done_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_event')),
    sa.UniqueConstraint('campaign_id', 'key', name=op.f('uq_calendar_event_campaign_id_key'))
    )
    with op.batch_alter_table('calendar_event', schema=None) as batch_op:
        batch_op.create_index('ix_calendar_event_at', ['at'], unique=False)

    op.create_table('leaver',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('noticed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_on', sa.Date(), nullable=True),
    sa.Column('clock_from', sa.Date(), nullable=True),
    sa.Column('warned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('objected_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_leaver_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_leaver'))
    )
    with op.batch_alter_table('leaver', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_leaver_clock_from'), ['clock_from'], unique=False)

    op.create_table('rollover_plan',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('provisional', sa.Boolean(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('approved_plan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('cutoff', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('warnings', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['approved_plan_id'], ['rollover_plan.id'], name=op.f('fk_rollover_plan_approved_plan_id')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_rollover_plan_campaign_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_rollover_plan_made_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_rollover_plan_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollover_plan'))
    )
    with op.batch_alter_table('rollover_plan', schema=None) as batch_op:
        batch_op.create_index('ix_rollover_plan_campaign_id_step', ['campaign_id', 'step'], unique=False)

    op.create_table('event_pause',
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pause_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['calendar_event.id'], name=op.f('fk_event_pause_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['pause_id'], ['feed_pause.id'], name=op.f('fk_event_pause_pause_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', 'pause_id', name=op.f('pk_event_pause'))
    )
    with op.batch_alter_table('event_pause', schema=None) as batch_op:
        batch_op.create_index('ix_event_pause_pause_id', ['pause_id'], unique=False)

    op.create_table('event_school',
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('noted_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['calendar_event.id'], name=op.f('fk_event_school_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['noted_by_id'], ['person.id'], name=op.f('fk_event_school_noted_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_event_school_school_id')),
    sa.PrimaryKeyConstraint('event_id', 'school_id', name=op.f('pk_event_school'))
    )
    with op.batch_alter_table('event_school', schema=None) as batch_op:
        batch_op.create_index('ix_event_school_school_id', ['school_id'], unique=False)

    op.create_table('event_window',
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('window_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['calendar_event.id'], name=op.f('fk_event_window_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['window_id'], ['closing_window.id'], name=op.f('fk_event_window_window_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', 'window_id', name=op.f('pk_event_window'))
    )
    with op.batch_alter_table('event_window', schema=None) as batch_op:
        batch_op.create_index('ix_event_window_window_id', ['window_id'], unique=False)

    op.create_table('rollover_approval',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('plan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('act', sa.String(length=32), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('second_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('second_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('needs_second', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('tolerance_percent', sa.Integer(), nullable=False),
    sa.Column('tolerance_rows', sa.Integer(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_rollover_approval_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['plan_id'], ['rollover_plan.id'], name=op.f('fk_rollover_approval_plan_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['second_by_id'], ['person.id'], name=op.f('fk_rollover_approval_second_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollover_approval')),
    sa.UniqueConstraint('plan_id', name=op.f('uq_rollover_approval_plan_id'))
    )
    with op.batch_alter_table('rollover_approval', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rollover_approval_act'), ['act'], unique=False)

    op.create_table('rollover_plan_line',
    sa.Column('plan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('change', sa.String(length=60), nullable=False),
    sa.Column('school_id', sa.BigInteger(), nullable=False),
    sa.Column('count', sa.BigInteger(), nullable=False),
    sa.Column('following', sa.BigInteger(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('highest', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['rollover_plan.id'], name=op.f('fk_rollover_plan_line_plan_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('plan_id', 'change', 'school_id', name=op.f('pk_rollover_plan_line'))
    )
    op.create_table('rollover_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('exact_plan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('undo_of_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.JSON(), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('first_work_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_work_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_rollover_run_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_rollover_run_campaign_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['exact_plan_id'], ['rollover_plan.id'], name=op.f('fk_rollover_run_exact_plan_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['rollover_plan.id'], name=op.f('fk_rollover_run_plan_id')),
    sa.ForeignKeyConstraint(['undo_of_id'], ['rollover_run.id'], name=op.f('fk_rollover_run_undo_of_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollover_run'))
    )
    with op.batch_alter_table('rollover_run', schema=None) as batch_op:
        batch_op.create_index('ix_rollover_run_campaign_id_step', ['campaign_id', 'step'], unique=False)
        batch_op.create_index('ix_rollover_run_undo_of_id', ['undo_of_id'], unique=False)
        batch_op.create_index('uq_rollover_run_plan_id', ['plan_id'], unique=True, sqlite_where=sa.text('undo_of_id IS NULL'), postgresql_where=sa.text('undo_of_id IS NULL'))

    op.create_table('rollover_part',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('people', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('reason', sa.JSON(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('worker', sa.String(length=120), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('epoch', sa.BigInteger(), nullable=False),
    sa.Column('undone_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['rollover_run.id'], name=op.f('fk_rollover_part_run_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_rollover_part_school_id')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['rollover_run.id'], name=op.f('fk_rollover_part_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollover_part')),
    sa.UniqueConstraint('run_id', 'school_id', 'people', name=op.f('uq_rollover_part_run_id_school_id_people'))
    )
    with op.batch_alter_table('rollover_part', schema=None) as batch_op:
        batch_op.create_index('ix_rollover_part_state', ['state'], unique=False)

    op.create_table('rollover_task',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('part_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('change', sa.String(length=60), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('planned', sa.BigInteger(), nullable=False),
    sa.Column('done', sa.BigInteger(), nullable=False),
    sa.Column('already', sa.BigInteger(), nullable=False),
    sa.Column('skipped', sa.BigInteger(), nullable=False),
    sa.Column('failed', sa.BigInteger(), nullable=False),
    sa.Column('following', sa.BigInteger(), nullable=False),
    sa.Column('highest', sa.BigInteger(), nullable=False),
    sa.Column('cursor', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.JSON(), nullable=True),
    sa.Column('expunge_after', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expunged_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['part_id'], ['rollover_part.id'], name=op.f('fk_rollover_task_part_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollover_task')),
    sa.UniqueConstraint('part_id', 'change', name=op.f('uq_rollover_task_part_id_change'))
    )
    op.create_table('rollover_image',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('task_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('table', sa.String(length=60), nullable=False),
    sa.Column('row_id', sa.BigInteger(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['rollover_task.id'], name=op.f('fk_rollover_image_task_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollover_image')),
    sa.UniqueConstraint('task_id', 'table', 'row_id', name=op.f('uq_rollover_image_task_id_table_row_id'))
    )
    op.create_table('rollover_problem',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('task_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.JSON(), nullable=False),
    sa.Column('details', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['rollover_task.id'], name=op.f('fk_rollover_problem_task_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollover_problem')),
    sa.UniqueConstraint('task_id', 'unit_id', name=op.f('uq_rollover_problem_task_id_unit_id'))
    )
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.create_index('ix_absence_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_absence_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('absence_explanation', schema=None) as batch_op:
        batch_op.create_index('ix_absence_explanation_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_absence_explanation_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('set_aside_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_account_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_account_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('activity', schema=None) as batch_op:
        batch_op.create_index('ix_activity_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_activity_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('activity_given', schema=None) as batch_op:
        batch_op.create_index('ix_activity_given_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_activity_given_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('affiliation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('set_aside_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_affiliation_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_affiliation_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('agenda_event', schema=None) as batch_op:
        batch_op.create_index('ix_agenda_event_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_agenda_event_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('announcement', schema=None) as batch_op:
        batch_op.create_index('ix_announcement_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_announcement_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('announcement_copy', schema=None) as batch_op:
        batch_op.create_index('ix_announcement_copy_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_announcement_copy_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.create_index('ix_article_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_article_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('article_attachment', schema=None) as batch_op:
        batch_op.create_index('ix_article_attachment_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_article_attachment_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('assessment', schema=None) as batch_op:
        batch_op.create_index('ix_assessment_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_assessment_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('bookmark', schema=None) as batch_op:
        batch_op.create_index('ix_bookmark_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_bookmark_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('category', schema=None) as batch_op:
        batch_op.create_index('ix_category_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_category_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('class_council', schema=None) as batch_op:
        batch_op.create_index('ix_class_council_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_class_council_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('class_membership', schema=None) as batch_op:
        batch_op.add_column(sa.Column('set_aside_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_class_membership_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_class_membership_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.create_index('ix_comment_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_comment_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('contest', schema=None) as batch_op:
        batch_op.create_index('ix_contest_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_contest_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('contest_entry', schema=None) as batch_op:
        batch_op.create_index('ix_contest_entry_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_contest_entry_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('cycle_review', schema=None) as batch_op:
        batch_op.create_index('ix_cycle_review_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_cycle_review_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('feed_departure', schema=None) as batch_op:
        batch_op.alter_column('import_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.drop_constraint(batch_op.f('fk_feed_departure_import_id'), type_='foreignkey')
        batch_op.create_foreign_key(batch_op.f('fk_feed_departure_import_id'), 'feed_import', ['import_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('feed_import', schema=None) as batch_op:
        batch_op.add_column(sa.Column('set_aside_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_feed_import_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_feed_import_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('feed_reject', schema=None) as batch_op:
        batch_op.add_column(sa.Column('set_aside_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_feed_reject_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_feed_reject_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('feed_structure', schema=None) as batch_op:
        batch_op.alter_column('import_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.drop_constraint(batch_op.f('fk_feed_structure_import_id'), type_='foreignkey')
        batch_op.create_foreign_key(batch_op.f('fk_feed_structure_import_id'), 'feed_import', ['import_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('folder', schema=None) as batch_op:
        batch_op.create_index('ix_folder_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_folder_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('foreign_identity', schema=None) as batch_op:
        batch_op.add_column(sa.Column('set_aside_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_foreign_identity_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_foreign_identity_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('free_group', schema=None) as batch_op:
        batch_op.create_index('ix_free_group_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_free_group_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('free_group_member', schema=None) as batch_op:
        batch_op.create_index('ix_free_group_member_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_free_group_member_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('group_membership', schema=None) as batch_op:
        batch_op.add_column(sa.Column('set_aside_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_group_membership_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_group_membership_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('guardianship', schema=None) as batch_op:
        batch_op.add_column(sa.Column('set_aside_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_guardianship_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_guardianship_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('homework', schema=None) as batch_op:
        batch_op.create_index('ix_homework_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_homework_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('homework_state', schema=None) as batch_op:
        batch_op.create_index('ix_homework_state_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_homework_state_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('interdisciplinary_project', schema=None) as batch_op:
        batch_op.create_index('ix_interdisciplinary_project_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_interdisciplinary_project_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('lesson', schema=None) as batch_op:
        batch_op.create_index('ix_lesson_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_lesson_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('lesson_replacement', schema=None) as batch_op:
        batch_op.create_index('ix_lesson_replacement_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_lesson_replacement_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.create_index('ix_letter_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_letter_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('liaison_entry', schema=None) as batch_op:
        batch_op.create_index('ix_liaison_entry_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_liaison_entry_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('liaison_receipt', schema=None) as batch_op:
        batch_op.create_index('ix_liaison_receipt_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_liaison_receipt_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('map_point', schema=None) as batch_op:
        batch_op.create_index('ix_map_point_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_map_point_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.create_index('ix_mark_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_mark_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('measure', schema=None) as batch_op:
        batch_op.create_index('ix_measure_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_measure_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('media_file', schema=None) as batch_op:
        batch_op.create_index('ix_media_file_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_media_file_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index('ix_message_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_message_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.create_index('uq_message_form_key', ['form_key'], unique=True, sqlite_where=sa.text('author_id IS NULL AND sent_by_step IS NOT NULL'), postgresql_where=sa.text('author_id IS NULL AND sent_by_step IS NOT NULL'))

    with op.batch_alter_table('message_attachment', schema=None) as batch_op:
        batch_op.create_index('ix_message_attachment_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_message_attachment_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('message_copy', schema=None) as batch_op:
        batch_op.create_index('ix_message_copy_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_message_copy_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('message_folder', schema=None) as batch_op:
        batch_op.create_index('ix_message_folder_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_message_folder_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('minisite_page', schema=None) as batch_op:
        batch_op.create_index('ix_minisite_page_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_minisite_page_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('partnership_class', schema=None) as batch_op:
        batch_op.create_index('ix_partnership_class_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_partnership_class_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('period', schema=None) as batch_op:
        batch_op.create_index('ix_period_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_period_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('set_aside_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_person_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_person_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('person_function', schema=None) as batch_op:
        batch_op.add_column(sa.Column('set_aside_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_person_function_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_person_function_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('personal_event', schema=None) as batch_op:
        batch_op.create_index('ix_personal_event_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_personal_event_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('preference', schema=None) as batch_op:
        batch_op.create_index('ix_preference_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_preference_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('project_pupil', schema=None) as batch_op:
        batch_op.create_index('ix_project_pupil_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_project_pupil_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('pupil_photo', schema=None) as batch_op:
        batch_op.create_index('ix_pupil_photo_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_pupil_photo_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('questionnaire', schema=None) as batch_op:
        batch_op.create_index('ix_questionnaire_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_questionnaire_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('questionnaire_answer', schema=None) as batch_op:
        batch_op.create_index('ix_questionnaire_answer_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_questionnaire_answer_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('report_card', schema=None) as batch_op:
        batch_op.create_index('ix_report_card_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_report_card_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('report_card_model', schema=None) as batch_op:
        batch_op.create_index('ix_report_card_model_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_report_card_model_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('report_line', schema=None) as batch_op:
        batch_op.create_index('ix_report_line_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_report_line_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.add_column(sa.Column('set_aside_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_role_grant_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_role_grant_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('roll_call', schema=None) as batch_op:
        batch_op.create_index('ix_roll_call_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_roll_call_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('school_class', schema=None) as batch_op:
        batch_op.add_column(sa.Column('set_aside_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.BigInteger(), nullable=True))
        batch_op.drop_constraint(batch_op.f('uq_school_class_school_id_year_id_code'), type_='unique')
        batch_op.create_index('uq_school_class_school_id_year_id_code', ['school_id', 'year_id', 'code'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.create_index('ix_school_class_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_school_class_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('school_life_file', schema=None) as batch_op:
        batch_op.create_index('ix_school_life_file_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_school_life_file_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('search_link', schema=None) as batch_op:
        batch_op.create_index('ix_search_link_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_search_link_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('section', schema=None) as batch_op:
        batch_op.create_index('ix_section_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_section_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('section_role', schema=None) as batch_op:
        batch_op.create_index('ix_section_role_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_section_role_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('skill_record', schema=None) as batch_op:
        batch_op.create_index('ix_skill_record_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_skill_record_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('support_link', schema=None) as batch_op:
        batch_op.create_index('ix_support_link_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_support_link_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('teaching_group', schema=None) as batch_op:
        batch_op.add_column(sa.Column('set_aside_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.BigInteger(), nullable=True))
        batch_op.drop_constraint(batch_op.f('uq_teaching_group_school_id_year_id_code'), type_='unique')
        batch_op.create_index('uq_teaching_group_school_id_year_id_code', ['school_id', 'year_id', 'code'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.create_index('ix_teaching_group_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_teaching_group_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))

    with op.batch_alter_table('week_rotation', schema=None) as batch_op:
        batch_op.create_index('ix_week_rotation_made_by', ['made_by'], unique=False, sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.create_index('ix_week_rotation_set_aside_by', ['set_aside_by'], unique=False, sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))



def downgrade() -> None:
    with op.batch_alter_table('week_rotation', schema=None) as batch_op:
        batch_op.drop_index('ix_week_rotation_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_week_rotation_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('teaching_group', schema=None) as batch_op:
        batch_op.drop_index('ix_teaching_group_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_teaching_group_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_index('uq_teaching_group_school_id_year_id_code', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.create_unique_constraint(batch_op.f('uq_teaching_group_school_id_year_id_code'), ['school_id', 'year_id', 'code'])
        batch_op.drop_column('made_by')
        batch_op.drop_column('set_aside_by')

    with op.batch_alter_table('support_link', schema=None) as batch_op:
        batch_op.drop_index('ix_support_link_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_support_link_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('skill_record', schema=None) as batch_op:
        batch_op.drop_index('ix_skill_record_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_skill_record_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('section_role', schema=None) as batch_op:
        batch_op.drop_index('ix_section_role_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_section_role_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('section', schema=None) as batch_op:
        batch_op.drop_index('ix_section_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_section_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('search_link', schema=None) as batch_op:
        batch_op.drop_index('ix_search_link_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_search_link_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('school_life_file', schema=None) as batch_op:
        batch_op.drop_index('ix_school_life_file_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_school_life_file_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('school_class', schema=None) as batch_op:
        batch_op.drop_index('ix_school_class_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_school_class_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_index('uq_school_class_school_id_year_id_code', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.create_unique_constraint(batch_op.f('uq_school_class_school_id_year_id_code'), ['school_id', 'year_id', 'code'])
        batch_op.drop_column('made_by')
        batch_op.drop_column('set_aside_by')

    with op.batch_alter_table('roll_call', schema=None) as batch_op:
        batch_op.drop_index('ix_roll_call_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_roll_call_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.drop_index('ix_role_grant_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_role_grant_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_column('made_by')
        batch_op.drop_column('set_aside_by')

    with op.batch_alter_table('report_line', schema=None) as batch_op:
        batch_op.drop_index('ix_report_line_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_report_line_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('report_card_model', schema=None) as batch_op:
        batch_op.drop_index('ix_report_card_model_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_report_card_model_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('report_card', schema=None) as batch_op:
        batch_op.drop_index('ix_report_card_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_report_card_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('questionnaire_answer', schema=None) as batch_op:
        batch_op.drop_index('ix_questionnaire_answer_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_questionnaire_answer_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('questionnaire', schema=None) as batch_op:
        batch_op.drop_index('ix_questionnaire_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_questionnaire_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('pupil_photo', schema=None) as batch_op:
        batch_op.drop_index('ix_pupil_photo_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_pupil_photo_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('project_pupil', schema=None) as batch_op:
        batch_op.drop_index('ix_project_pupil_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_project_pupil_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('preference', schema=None) as batch_op:
        batch_op.drop_index('ix_preference_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_preference_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('personal_event', schema=None) as batch_op:
        batch_op.drop_index('ix_personal_event_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_personal_event_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('person_function', schema=None) as batch_op:
        batch_op.drop_index('ix_person_function_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_person_function_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_column('made_by')
        batch_op.drop_column('set_aside_by')

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index('ix_person_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_person_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_column('made_by')
        batch_op.drop_column('set_aside_by')

    with op.batch_alter_table('period', schema=None) as batch_op:
        batch_op.drop_index('ix_period_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_period_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('partnership_class', schema=None) as batch_op:
        batch_op.drop_index('ix_partnership_class_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_partnership_class_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('minisite_page', schema=None) as batch_op:
        batch_op.drop_index('ix_minisite_page_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_minisite_page_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('message_folder', schema=None) as batch_op:
        batch_op.drop_index('ix_message_folder_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_message_folder_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('message_copy', schema=None) as batch_op:
        batch_op.drop_index('ix_message_copy_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_message_copy_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('message_attachment', schema=None) as batch_op:
        batch_op.drop_index('ix_message_attachment_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_message_attachment_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('uq_message_form_key', sqlite_where=sa.text('author_id IS NULL AND sent_by_step IS NOT NULL'), postgresql_where=sa.text('author_id IS NULL AND sent_by_step IS NOT NULL'))
        batch_op.drop_index('ix_message_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_message_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('media_file', schema=None) as batch_op:
        batch_op.drop_index('ix_media_file_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_media_file_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('measure', schema=None) as batch_op:
        batch_op.drop_index('ix_measure_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_measure_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.drop_index('ix_mark_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_mark_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('map_point', schema=None) as batch_op:
        batch_op.drop_index('ix_map_point_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_map_point_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('liaison_receipt', schema=None) as batch_op:
        batch_op.drop_index('ix_liaison_receipt_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_liaison_receipt_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('liaison_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_liaison_entry_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_liaison_entry_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.drop_index('ix_letter_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_letter_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('lesson_replacement', schema=None) as batch_op:
        batch_op.drop_index('ix_lesson_replacement_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_lesson_replacement_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('lesson', schema=None) as batch_op:
        batch_op.drop_index('ix_lesson_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_lesson_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('interdisciplinary_project', schema=None) as batch_op:
        batch_op.drop_index('ix_interdisciplinary_project_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_interdisciplinary_project_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('homework_state', schema=None) as batch_op:
        batch_op.drop_index('ix_homework_state_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_homework_state_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('homework', schema=None) as batch_op:
        batch_op.drop_index('ix_homework_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_homework_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('guardianship', schema=None) as batch_op:
        batch_op.drop_index('ix_guardianship_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_guardianship_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_column('made_by')
        batch_op.drop_column('set_aside_by')

    with op.batch_alter_table('group_membership', schema=None) as batch_op:
        batch_op.drop_index('ix_group_membership_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_group_membership_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_column('made_by')
        batch_op.drop_column('set_aside_by')

    with op.batch_alter_table('free_group_member', schema=None) as batch_op:
        batch_op.drop_index('ix_free_group_member_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_free_group_member_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('free_group', schema=None) as batch_op:
        batch_op.drop_index('ix_free_group_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_free_group_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('foreign_identity', schema=None) as batch_op:
        batch_op.drop_index('ix_foreign_identity_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_foreign_identity_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_column('made_by')
        batch_op.drop_column('set_aside_by')

    with op.batch_alter_table('folder', schema=None) as batch_op:
        batch_op.drop_index('ix_folder_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_folder_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('feed_structure', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_feed_structure_import_id'), type_='foreignkey')
        batch_op.create_foreign_key(batch_op.f('fk_feed_structure_import_id'), 'feed_import', ['import_id'], ['id'])
        batch_op.alter_column('import_id',
               existing_type=sa.INTEGER(),
               nullable=False)

    with op.batch_alter_table('feed_reject', schema=None) as batch_op:
        batch_op.drop_index('ix_feed_reject_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_feed_reject_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_column('made_by')
        batch_op.drop_column('set_aside_by')

    with op.batch_alter_table('feed_import', schema=None) as batch_op:
        batch_op.drop_index('ix_feed_import_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_feed_import_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_column('made_by')
        batch_op.drop_column('set_aside_by')

    with op.batch_alter_table('feed_departure', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_feed_departure_import_id'), type_='foreignkey')
        batch_op.create_foreign_key(batch_op.f('fk_feed_departure_import_id'), 'feed_import', ['import_id'], ['id'])
        batch_op.alter_column('import_id',
               existing_type=sa.INTEGER(),
               nullable=False)

    with op.batch_alter_table('cycle_review', schema=None) as batch_op:
        batch_op.drop_index('ix_cycle_review_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_cycle_review_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('contest_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_contest_entry_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_contest_entry_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('contest', schema=None) as batch_op:
        batch_op.drop_index('ix_contest_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_contest_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.drop_index('ix_comment_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_comment_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('class_membership', schema=None) as batch_op:
        batch_op.drop_index('ix_class_membership_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_class_membership_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_column('made_by')
        batch_op.drop_column('set_aside_by')

    with op.batch_alter_table('class_council', schema=None) as batch_op:
        batch_op.drop_index('ix_class_council_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_class_council_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('category', schema=None) as batch_op:
        batch_op.drop_index('ix_category_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_category_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('bookmark', schema=None) as batch_op:
        batch_op.drop_index('ix_bookmark_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_bookmark_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('assessment', schema=None) as batch_op:
        batch_op.drop_index('ix_assessment_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_assessment_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('article_attachment', schema=None) as batch_op:
        batch_op.drop_index('ix_article_attachment_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_article_attachment_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.drop_index('ix_article_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_article_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('announcement_copy', schema=None) as batch_op:
        batch_op.drop_index('ix_announcement_copy_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_announcement_copy_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('announcement', schema=None) as batch_op:
        batch_op.drop_index('ix_announcement_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_announcement_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('agenda_event', schema=None) as batch_op:
        batch_op.drop_index('ix_agenda_event_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_agenda_event_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('affiliation', schema=None) as batch_op:
        batch_op.drop_index('ix_affiliation_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_affiliation_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_column('made_by')
        batch_op.drop_column('set_aside_by')

    with op.batch_alter_table('activity_given', schema=None) as batch_op:
        batch_op.drop_index('ix_activity_given_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_activity_given_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('activity', schema=None) as batch_op:
        batch_op.drop_index('ix_activity_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_activity_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_index('ix_account_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_account_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))
        batch_op.drop_column('made_by')
        batch_op.drop_column('set_aside_by')

    with op.batch_alter_table('absence_explanation', schema=None) as batch_op:
        batch_op.drop_index('ix_absence_explanation_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_absence_explanation_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.drop_index('ix_absence_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_absence_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    op.drop_table('rollover_problem')
    op.drop_table('rollover_image')
    op.drop_table('rollover_task')
    with op.batch_alter_table('rollover_part', schema=None) as batch_op:
        batch_op.drop_index('ix_rollover_part_state')

    op.drop_table('rollover_part')
    with op.batch_alter_table('rollover_run', schema=None) as batch_op:
        batch_op.drop_index('uq_rollover_run_plan_id', sqlite_where=sa.text('undo_of_id IS NULL'), postgresql_where=sa.text('undo_of_id IS NULL'))
        batch_op.drop_index('ix_rollover_run_undo_of_id')
        batch_op.drop_index('ix_rollover_run_campaign_id_step')

    op.drop_table('rollover_run')
    op.drop_table('rollover_plan_line')
    with op.batch_alter_table('rollover_approval', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rollover_approval_act'))

    op.drop_table('rollover_approval')
    with op.batch_alter_table('event_window', schema=None) as batch_op:
        batch_op.drop_index('ix_event_window_window_id')

    op.drop_table('event_window')
    with op.batch_alter_table('event_school', schema=None) as batch_op:
        batch_op.drop_index('ix_event_school_school_id')

    op.drop_table('event_school')
    with op.batch_alter_table('event_pause', schema=None) as batch_op:
        batch_op.drop_index('ix_event_pause_pause_id')

    op.drop_table('event_pause')
    with op.batch_alter_table('rollover_plan', schema=None) as batch_op:
        batch_op.drop_index('ix_rollover_plan_campaign_id_step')

    op.drop_table('rollover_plan')
    with op.batch_alter_table('leaver', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_leaver_clock_from'))

    op.drop_table('leaver')
    with op.batch_alter_table('calendar_event', schema=None) as batch_op:
        batch_op.drop_index('ix_calendar_event_at')

    op.drop_table('calendar_event')
    with op.batch_alter_table('archive', schema=None) as batch_op:
        batch_op.drop_index('uq_archive_campaign_id_school_id_kind_unit_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index(batch_op.f('ix_archive_sha256'))
        batch_op.drop_index('ix_archive_set_aside_by', sqlite_where=sa.text('set_aside_by IS NOT NULL'), postgresql_where=sa.text('set_aside_by IS NOT NULL'))
        batch_op.drop_index('ix_archive_school_id_kind')
        batch_op.drop_index('ix_archive_owner_id')
        batch_op.drop_index('ix_archive_made_by', sqlite_where=sa.text('made_by IS NOT NULL'), postgresql_where=sa.text('made_by IS NOT NULL'))

    op.drop_table('archive')
    with op.batch_alter_table('service_closure', schema=None) as batch_op:
        batch_op.drop_index('uq_service_closure_standing', sqlite_where=sa.text('closed_until is null'), postgresql_where=sa.text('closed_until is null'))
        batch_op.drop_index(batch_op.f('ix_service_closure_school_id'))

    op.drop_table('service_closure')
    with op.batch_alter_table('campaign_school', schema=None) as batch_op:
        batch_op.drop_index('ix_campaign_school_school_id')

    op.drop_table('campaign_school')
    with op.batch_alter_table('gate_hold', schema=None) as batch_op:
        batch_op.drop_index('ix_gate_hold_school_id')

    op.drop_table('gate_hold')
    with op.batch_alter_table('feed_pause', schema=None) as batch_op:
        batch_op.drop_index('ix_feed_pause_target_starts_at')

    op.drop_table('feed_pause')
    op.drop_table('erasure')
    op.drop_table('campaign')
    with op.batch_alter_table('backup_made', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_backup_made_at'))

    op.drop_table('backup_made')
