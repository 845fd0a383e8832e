"""A year of school life: spaces, messages, groups, kin, and the marks that a rollover leaves

Revision ID: 20261122b
Revises: 20261122a
Create Date: 2026-11-22 06:16:36.730753+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = '20261122b'
down_revision = '20261122a'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('period',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_period_school_id')),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_period_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_period'))
    )
    with op.batch_alter_table('period', schema=None) as batch_op:
        batch_op.create_index('uq_period_school_id_year_id_position', ['school_id', 'year_id', 'position'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('school_life_settings',
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_school_life_settings_school_id')),
    sa.PrimaryKeyConstraint('school_id', name=op.f('pk_school_life_settings'))
    )
    op.create_table('school_parameter',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('list', sa.String(length=24), nullable=False),
    sa.Column('label', sa.String(length=120), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('counterpart_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['counterpart_id'], ['school_parameter.id'], name=op.f('fk_school_parameter_counterpart_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_school_parameter_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_parameter'))
    )
    with op.batch_alter_table('school_parameter', schema=None) as batch_op:
        batch_op.create_index('ix_school_parameter_school_id_list', ['school_id', 'list'], unique=False)

    op.create_table('week_rotation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('monday', sa.Date(), nullable=False),
    sa.Column('letter', sa.String(length=4), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_week_rotation_school_id')),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_week_rotation_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_week_rotation'))
    )
    with op.batch_alter_table('week_rotation', schema=None) as batch_op:
        batch_op.create_index('uq_week_rotation_school_id_monday', ['school_id', 'monday'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('activity',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_activity_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_activity_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity'))
    )
    with op.batch_alter_table('activity', schema=None) as batch_op:
        batch_op.create_index('ix_activity_author_id', ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_activity_school_id'), ['school_id'], unique=False)

    op.create_table('agenda_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_agenda_event_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_agenda_event_class_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_agenda_event_school_id')),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_agenda_event_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_event'))
    )
    with op.batch_alter_table('agenda_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_event_author_id'), ['author_id'], unique=False)
        batch_op.create_index('ix_agenda_event_class_id_starts_at', ['class_id', 'starts_at'], unique=False)
        batch_op.create_index('ix_agenda_event_school_id_starts_at', ['school_id', 'starts_at'], unique=False)

    op.create_table('announcement_grant',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_announcement_grant_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_announcement_grant_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement_grant'))
    )
    with op.batch_alter_table('announcement_grant', schema=None) as batch_op:
        batch_op.create_index('ix_announcement_grant_person_id', ['person_id'], unique=False)

    op.create_table('assessment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('out_of', sa.Integer(), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_assessment_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_assessment_class_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['group_id'], ['teaching_group.id'], name=op.f('fk_assessment_group_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_assessment_period_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_assessment_school_id')),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_assessment_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assessment'))
    )
    with op.batch_alter_table('assessment', schema=None) as batch_op:
        batch_op.create_index('ix_assessment_author_id', ['author_id'], unique=False)
        batch_op.create_index('ix_assessment_class_id_held_on', ['class_id', 'held_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_assessment_period_id'), ['period_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assessment_school_id'), ['school_id'], unique=False)

    op.create_table('bookmark',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('address', sa.String(length=500), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_bookmark_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bookmark'))
    )
    with op.batch_alter_table('bookmark', schema=None) as batch_op:
        batch_op.create_index('ix_bookmark_person_id', ['person_id'], unique=False)

    op.create_table('class_council',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('place', sa.String(length=80), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_class_council_class_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_class_council_period_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_class_council_school_id')),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_class_council_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_council'))
    )
    with op.batch_alter_table('class_council', schema=None) as batch_op:
        batch_op.create_index('ix_class_council_class_id', ['class_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_class_council_school_id'), ['school_id'], unique=False)

    op.create_table('cycle_review',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cycle', sa.Integer(), nullable=False),
    sa.Column('levels', sa.JSON(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_cycle_review_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_cycle_review_class_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_cycle_review_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_cycle_review_student_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_cycle_review_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cycle_review'))
    )
    with op.batch_alter_table('cycle_review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cycle_review_class_id'), ['class_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cycle_review_school_id'), ['school_id'], unique=False)
        batch_op.create_index('uq_cycle_review_student_id_year_id_cycle', ['student_id', 'year_id', 'cycle'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('free_group',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('words', sa.String(length=400), nullable=False),
    sa.Column('lifetime', sa.String(length=10), nullable=False),
    sa.Column('teaching', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("lifetime IN ('unlimited', 'year')", name=op.f('ck_free_group_lifetime')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_free_group_created_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_free_group_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_free_group'))
    )
    with op.batch_alter_table('free_group', schema=None) as batch_op:
        batch_op.create_index('ix_free_group_school_id_name', ['school_id', 'name'], unique=False)

    op.create_table('guardian_merge',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kept_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('merged_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('merged_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('merged_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('carried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['kept_id'], ['person.id'], name=op.f('fk_guardian_merge_kept_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['merged_by_id'], ['person.id'], name=op.f('fk_guardian_merge_merged_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['merged_id'], ['person.id'], name=op.f('fk_guardian_merge_merged_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_guardian_merge_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guardian_merge'))
    )
    with op.batch_alter_table('guardian_merge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guardian_merge_kept_id'), ['kept_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_guardian_merge_merged_id'), ['merged_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_guardian_merge_school_id'), ['school_id'], unique=False)

    op.create_table('hidden_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('viewer', sa.String(length=12), nullable=False),
    sa.Column('profile', sa.String(length=12), nullable=True),
    sa.Column('function_code', sa.String(length=12), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('former', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_hidden_entry_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_hidden_entry_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hidden_entry'))
    )
    with op.batch_alter_table('hidden_entry', schema=None) as batch_op:
        batch_op.create_index('ix_hidden_entry_school_id_viewer', ['school_id', 'viewer'], unique=False)

    op.create_table('interdisciplinary_project',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('subjects', sa.String(length=300), nullable=False),
    sa.Column('theme', sa.String(length=160), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_interdisciplinary_project_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_interdisciplinary_project_class_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_interdisciplinary_project_school_id')),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_interdisciplinary_project_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interdisciplinary_project'))
    )
    with op.batch_alter_table('interdisciplinary_project', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_interdisciplinary_project_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_interdisciplinary_project_class_id'), ['class_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_interdisciplinary_project_school_id'), ['school_id'], unique=False)

    op.create_table('lesson',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('teacher_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('subject_code', sa.String(length=12), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('room', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('class_id IS NOT NULL OR group_id IS NOT NULL', name=op.f('ck_lesson_of_somebody')),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_lesson_class_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['group_id'], ['teaching_group.id'], name=op.f('fk_lesson_group_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_lesson_school_id')),
    sa.ForeignKeyConstraint(['teacher_id'], ['person.id'], name=op.f('fk_lesson_teacher_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_lesson_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson'))
    )
    with op.batch_alter_table('lesson', schema=None) as batch_op:
        batch_op.create_index('ix_lesson_class_id_starts_at', ['class_id', 'starts_at'], unique=False)
        batch_op.create_index('ix_lesson_group_id_starts_at', ['group_id', 'starts_at'], unique=False)
        batch_op.create_index('ix_lesson_school_id_starts_at', ['school_id', 'starts_at'], unique=False)
        batch_op.create_index('ix_lesson_teacher_id_starts_at', ['teacher_id', 'starts_at'], unique=False)

    op.create_table('letter',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_letter_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_letter_class_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_letter_school_id')),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_letter_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter'))
    )
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_letter_school_id'), ['school_id'], unique=False)

    op.create_table('liaison_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('by_family', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('to_sign', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_liaison_entry_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_liaison_entry_class_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_liaison_entry_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_liaison_entry_student_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_liaison_entry_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_liaison_entry'))
    )
    with op.batch_alter_table('liaison_entry', schema=None) as batch_op:
        batch_op.create_index('ix_liaison_entry_author_id', ['author_id'], unique=False)
        batch_op.create_index('ix_liaison_entry_class_id_written_at', ['class_id', 'written_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_liaison_entry_school_id'), ['school_id'], unique=False)
        batch_op.create_index('ix_liaison_entry_student_id_written_at', ['student_id', 'written_at'], unique=False)

    op.create_table('measure',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('type_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("kind IN ('punishment', 'sanction')", name=op.f('ck_measure_kind')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_measure_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_measure_class_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['reason_id'], ['school_parameter.id'], name=op.f('fk_measure_reason_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_measure_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_measure_student_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['type_id'], ['school_parameter.id'], name=op.f('fk_measure_type_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_measure_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure'))
    )
    with op.batch_alter_table('measure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_measure_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_measure_class_id'), ['class_id'], unique=False)
        batch_op.create_index('ix_measure_school_id_kind', ['school_id', 'kind'], unique=False)
        batch_op.create_index('ix_measure_student_id', ['student_id'], unique=False)

    op.create_table('message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('author_profile', sa.String(length=12), nullable=True),
    sa.Column('form_key', sa.String(length=32), nullable=True),
    sa.Column('sent_by_step', sa.Integer(), nullable=True),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('search_subject', sa.String(length=240), server_default='', nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('recipients', sa.JSON(), nullable=False),
    sa.Column('year_begins', sa.Integer(), nullable=True),
    sa.Column('answers_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('leaves_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_because', sa.String(length=200), server_default='', nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['answers_id'], ['message.id'], name=op.f('fk_message_answers_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_message_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_message_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('author_id', 'form_key', name=op.f('uq_message_author_id_form_key'))
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_answers_id'), ['answers_id'], unique=False)
        batch_op.create_index('ix_message_author_id_sent_at', ['author_id', 'sent_at'], unique=False)
        batch_op.create_index('ix_message_leaves_at', ['leaves_at'], unique=False)
        batch_op.create_index('ix_message_school_id_sent_at', ['school_id', 'sent_at'], unique=False)

    op.create_table('message_folder',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_message_folder_owner_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_folder'))
    )
    with op.batch_alter_table('message_folder', schema=None) as batch_op:
        batch_op.create_index('uq_message_folder_owner_id_name', ['owner_id', 'name'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('messaging_choice',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('archive_lifetime', sa.String(length=6), nullable=True),
    sa.Column('notify', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_messaging_choice_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_messaging_choice'))
    )
    op.create_table('personal_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_personal_event_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_personal_event'))
    )
    with op.batch_alter_table('personal_event', schema=None) as batch_op:
        batch_op.create_index('ix_personal_event_person_id_starts_at', ['person_id', 'starts_at'], unique=False)

    op.create_table('phone_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('which', sa.String(length=14), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_over_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_over_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_phone_change_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['taken_over_by_id'], ['person.id'], name=op.f('fk_phone_change_taken_over_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phone_change'))
    )
    with op.batch_alter_table('phone_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_phone_change_person_id'), ['person_id'], unique=False)

    op.create_table('preference',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_preference_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_preference'))
    )
    with op.batch_alter_table('preference', schema=None) as batch_op:
        batch_op.create_index('uq_preference_person_id_name', ['person_id', 'name'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('pupil_exit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('took_effect_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken', sa.JSON(), nullable=True),
    sa.Column('carried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('suspended', 'excluded', 'left')", name=op.f('ck_pupil_exit_kind')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_pupil_exit_recorded_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_pupil_exit_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_pupil_exit_student_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pupil_exit'))
    )
    with op.batch_alter_table('pupil_exit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pupil_exit_school_id'), ['school_id'], unique=False)
        batch_op.create_index('ix_pupil_exit_student_id', ['student_id'], unique=False)

    op.create_table('pupil_photo',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_pupil_photo_school_id')),
    sa.ForeignKeyConstraint(['sha256'], ['blob.sha256'], name=op.f('fk_pupil_photo_sha256')),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_pupil_photo_student_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pupil_photo'))
    )
    with op.batch_alter_table('pupil_photo', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pupil_photo_sha256'), ['sha256'], unique=False)
        batch_op.create_index(batch_op.f('ix_pupil_photo_student_id'), ['student_id'], unique=False)
        batch_op.create_index('uq_pupil_photo_school_id_student_id', ['school_id', 'student_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('questionnaire',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('questions', sa.JSON(), nullable=False),
    sa.Column('profiles', sa.JSON(), nullable=False),
    sa.Column('public', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('anonymous', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('token', sa.String(length=32), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_questionnaire_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_questionnaire_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaire')),
    sa.UniqueConstraint('token', name=op.f('uq_questionnaire_token'))
    )
    with op.batch_alter_table('questionnaire', schema=None) as batch_op:
        batch_op.create_index('ix_questionnaire_author_id', ['author_id'], unique=False)
        batch_op.create_index('ix_questionnaire_school_id', ['school_id'], unique=False)

    op.create_table('report_card',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('distinction', sa.String(length=20), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_report_card_class_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_report_card_period_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_report_card_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_report_card_student_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_report_card_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_card'))
    )
    with op.batch_alter_table('report_card', schema=None) as batch_op:
        batch_op.create_index('ix_report_card_class_id', ['class_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_card_school_id'), ['school_id'], unique=False)
        batch_op.create_index('uq_report_card_student_id_period_id', ['student_id', 'period_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('report_card_model',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('layout', sa.JSON(), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_report_card_model_period_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_report_card_model_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_card_model'))
    )
    with op.batch_alter_table('report_card_model', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_card_model_school_id'), ['school_id'], unique=False)

    op.create_table('skill_record',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('domain', sa.String(length=120), nullable=False),
    sa.Column('skill', sa.String(length=200), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('recorded_on', sa.Date(), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_skill_record_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_skill_record_class_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_skill_record_period_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_skill_record_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_skill_record_student_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_skill_record_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_skill_record'))
    )
    with op.batch_alter_table('skill_record', schema=None) as batch_op:
        batch_op.create_index('ix_skill_record_class_id', ['class_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_skill_record_school_id'), ['school_id'], unique=False)
        batch_op.create_index('ix_skill_record_student_id', ['student_id'], unique=False)

    op.create_table('support_link',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('adult_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('made_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['adult_id'], ['person.id'], name=op.f('fk_support_link_adult_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_support_link_made_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_support_link_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_support_link_student_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_support_link'))
    )
    with op.batch_alter_table('support_link', schema=None) as batch_op:
        batch_op.create_index('ix_support_link_adult_id', ['adult_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_support_link_school_id'), ['school_id'], unique=False)
        batch_op.create_index('uq_support_link_student_id_adult_id', ['student_id', 'adult_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('activity_given',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('activity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_activity_given_activity_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_activity_given_class_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_activity_given_student_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity_given'))
    )
    with op.batch_alter_table('activity_given', schema=None) as batch_op:
        batch_op.create_index('ix_activity_given_class_id', ['class_id'], unique=False)
        batch_op.create_index('ix_activity_given_student_id', ['student_id'], unique=False)
        batch_op.create_index('uq_activity_given_activity_id_student_id', ['activity_id', 'student_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('announcement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('form_key', sa.String(length=32), nullable=True),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('form', sa.String(length=12), nullable=False),
    sa.Column('severity', sa.String(length=12), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=False),
    sa.Column('recipients', sa.JSON(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('shown_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('shown_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('spread_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('cancelled_because', sa.String(length=200), server_default='', nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("form IN ('news', 'announcement', 'message')", name=op.f('ck_announcement_form')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_announcement_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['cancelled_by_id'], ['person.id'], name=op.f('fk_announcement_cancelled_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_announcement_message_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_announcement_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement')),
    sa.UniqueConstraint('author_id', 'form_key', name=op.f('uq_announcement_author_id_form_key'))
    )
    with op.batch_alter_table('announcement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_announcement_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_announcement_message_id'), ['message_id'], unique=False)
        batch_op.create_index('ix_announcement_school_id_shown_from', ['school_id', 'shown_from'], unique=False)

    op.create_table('free_group_member',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('manager', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['free_group.id'], name=op.f('fk_free_group_member_group_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_free_group_member_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_free_group_member'))
    )
    with op.batch_alter_table('free_group_member', schema=None) as batch_op:
        batch_op.create_index('ix_free_group_member_person_id', ['person_id'], unique=False)
        batch_op.create_index('uq_free_group_member_group_id_person_id', ['group_id', 'person_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('homework',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('lesson_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('hand_in', sa.Boolean(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_homework_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_homework_class_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['group_id'], ['teaching_group.id'], name=op.f('fk_homework_group_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_homework_lesson_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_homework_school_id')),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_homework_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_homework'))
    )
    with op.batch_alter_table('homework', schema=None) as batch_op:
        batch_op.create_index('ix_homework_author_id', ['author_id'], unique=False)
        batch_op.create_index('ix_homework_class_id_due_on', ['class_id', 'due_on'], unique=False)
        batch_op.create_index('ix_homework_group_id_due_on', ['group_id', 'due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_homework_lesson_id'), ['lesson_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_homework_school_id'), ['school_id'], unique=False)

    op.create_table('lesson_replacement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lesson_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('teacher_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_lesson_replacement_lesson_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['teacher_id'], ['person.id'], name=op.f('fk_lesson_replacement_teacher_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_replacement'))
    )
    with op.batch_alter_table('lesson_replacement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lesson_replacement_teacher_id'), ['teacher_id'], unique=False)
        batch_op.create_index('uq_lesson_replacement_lesson_id', ['lesson_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('liaison_receipt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('guardian_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['liaison_entry.id'], name=op.f('fk_liaison_receipt_entry_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['guardian_id'], ['person.id'], name=op.f('fk_liaison_receipt_guardian_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_liaison_receipt_student_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_liaison_receipt'))
    )
    with op.batch_alter_table('liaison_receipt', schema=None) as batch_op:
        batch_op.create_index('ix_liaison_receipt_guardian_id', ['guardian_id'], unique=False)
        batch_op.create_index('ix_liaison_receipt_student_id', ['student_id'], unique=False)
        batch_op.create_index('uq_liaison_receipt_entry_id_guardian_id_student_id', ['entry_id', 'guardian_id', 'student_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('link_cut',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('guardianship_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('cut_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('cut_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('carried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['cut_by_id'], ['person.id'], name=op.f('fk_link_cut_cut_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['guardianship_id'], ['guardianship.id'], name=op.f('fk_link_cut_guardianship_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_link_cut_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link_cut'))
    )
    with op.batch_alter_table('link_cut', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_link_cut_guardianship_id'), ['guardianship_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_link_cut_school_id'), ['school_id'], unique=False)

    op.create_table('mark',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('assessment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('value', sa.Integer(), nullable=True),
    sa.Column('reason_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('comment', sa.String(length=300), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessment.id'], name=op.f('fk_mark_assessment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['reason_id'], ['school_parameter.id'], name=op.f('fk_mark_reason_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_mark_student_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mark'))
    )
    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.create_index('ix_mark_student_id', ['student_id'], unique=False)
        batch_op.create_index('uq_mark_assessment_id_student_id', ['assessment_id', 'student_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('message_attachment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_message_attachment_message_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sha256'], ['blob.sha256'], name=op.f('fk_message_attachment_sha256')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_attachment'))
    )
    with op.batch_alter_table('message_attachment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_attachment_message_id'), ['message_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_message_attachment_sha256'), ['sha256'], unique=False)

    op.create_table('message_copy',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('profile', sa.String(length=12), nullable=True),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('place', sa.String(length=8), nullable=False),
    sa.Column('folder_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('held', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('trashed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['folder_id'], ['message_folder.id'], name=op.f('fk_message_copy_folder_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_message_copy_message_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_message_copy_owner_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_message_copy_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_message_copy_student_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_copy'))
    )
    with op.batch_alter_table('message_copy', schema=None) as batch_op:
        batch_op.create_index('ix_message_copy_held_school_id', ['held', 'school_id'], unique=False)
        batch_op.create_index('ix_message_copy_owner_folder_arrived', ['owner_id', 'folder_id', 'arrived_at', 'id'], unique=False)
        batch_op.create_index('ix_message_copy_owner_place_arrived', ['owner_id', 'place', 'arrived_at', 'id'], unique=False)
        batch_op.create_index('ix_message_copy_owner_unread', ['owner_id', 'place'], unique=False, sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_message_copy_student_id'), ['student_id'], unique=False)
        batch_op.create_index('uq_message_copy_message_id_owner_id', ['message_id', 'owner_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('project_pupil',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['project_id'], ['interdisciplinary_project.id'], name=op.f('fk_project_pupil_project_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_project_pupil_student_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_pupil'))
    )
    with op.batch_alter_table('project_pupil', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_project_pupil_student_id'), ['student_id'], unique=False)
        batch_op.create_index('uq_project_pupil_project_id_student_id', ['project_id', 'student_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('questionnaire_answer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('questionnaire_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_questionnaire_answer_person_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['questionnaire_id'], ['questionnaire.id'], name=op.f('fk_questionnaire_answer_questionnaire_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaire_answer'))
    )
    with op.batch_alter_table('questionnaire_answer', schema=None) as batch_op:
        batch_op.create_index('ix_questionnaire_answer_person_id', ['person_id'], unique=False)
        batch_op.create_index('ix_questionnaire_answer_questionnaire_id_person_id', ['questionnaire_id', 'person_id'], unique=False)

    op.create_table('report_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('card_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('teacher_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('average', sa.Integer(), nullable=True),
    sa.Column('class_average', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['card_id'], ['report_card.id'], name=op.f('fk_report_line_card_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['teacher_id'], ['person.id'], name=op.f('fk_report_line_teacher_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_line'))
    )
    with op.batch_alter_table('report_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_line_teacher_id'), ['teacher_id'], unique=False)
        batch_op.create_index('uq_report_line_card_id_subject', ['card_id', 'subject'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('roll_call',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lesson_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('called_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('validated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['called_by_id'], ['person.id'], name=op.f('fk_roll_call_called_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_roll_call_class_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_roll_call_lesson_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_roll_call_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roll_call'))
    )
    with op.batch_alter_table('roll_call', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_roll_call_class_id'), ['class_id'], unique=False)
        batch_op.create_index('ix_roll_call_school_id_held_at', ['school_id', 'held_at'], unique=False)
        batch_op.create_index('uq_roll_call_lesson_id', ['lesson_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('absence',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('roll_call_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('action_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('justified', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['action_id'], ['school_parameter.id'], name=op.f('fk_absence_action_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_absence_class_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['reason_id'], ['school_parameter.id'], name=op.f('fk_absence_reason_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_absence_recorded_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['roll_call_id'], ['roll_call.id'], name=op.f('fk_absence_roll_call_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_absence_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_absence_student_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_absence_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence'))
    )
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.create_index('ix_absence_roll_call_id', ['roll_call_id'], unique=False)
        batch_op.create_index('ix_absence_school_id_starts_at', ['school_id', 'starts_at'], unique=False)
        batch_op.create_index('ix_absence_student_id_starts_at', ['student_id', 'starts_at'], unique=False)

    op.create_table('announcement_copy',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('announcement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcement.id'], name=op.f('fk_announcement_copy_announcement_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_announcement_copy_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_announcement_copy_student_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement_copy'))
    )
    with op.batch_alter_table('announcement_copy', schema=None) as batch_op:
        batch_op.create_index('ix_announcement_copy_person_id', ['person_id'], unique=False)
        batch_op.create_index('uq_announcement_copy_announcement_id_person_id', ['announcement_id', 'person_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('announcement_offline',
    sa.Column('announcement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('taken_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcement.id'], name=op.f('fk_announcement_offline_announcement_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_announcement_offline_school_id')),
    sa.ForeignKeyConstraint(['taken_by_id'], ['person.id'], name=op.f('fk_announcement_offline_taken_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('announcement_id', 'school_id', name=op.f('pk_announcement_offline'))
    )
    with op.batch_alter_table('announcement_offline', schema=None) as batch_op:
        batch_op.create_index('ix_announcement_offline_school_id', ['school_id'], unique=False)

    op.create_table('category',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('section_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_category_section_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_category'))
    )
    with op.batch_alter_table('category', schema=None) as batch_op:
        batch_op.create_index('uq_category_section_id_name', ['section_id', 'name'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('contest',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('section_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.Column('trashed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('trashed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_contest_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_contest_school_id')),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_contest_section_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['trashed_by_id'], ['person.id'], name=op.f('fk_contest_trashed_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contest'))
    )
    with op.batch_alter_table('contest', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contest_section_id'), ['section_id'], unique=False)

    op.create_table('folder',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('section_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('shared', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.Column('trashed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('trashed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_folder_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['parent_id'], ['folder.id'], name=op.f('fk_folder_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_folder_school_id')),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_folder_section_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['trashed_by_id'], ['person.id'], name=op.f('fk_folder_trashed_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_folder'))
    )
    with op.batch_alter_table('folder', schema=None) as batch_op:
        batch_op.create_index('ix_folder_section_id_parent_id', ['section_id', 'parent_id'], unique=False)

    op.create_table('homework_state',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('homework_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('correction', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['homework_id'], ['homework.id'], name=op.f('fk_homework_state_homework_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_homework_state_student_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_homework_state'))
    )
    with op.batch_alter_table('homework_state', schema=None) as batch_op:
        batch_op.create_index('ix_homework_state_student_id', ['student_id'], unique=False)
        batch_op.create_index('uq_homework_state_homework_id_student_id', ['homework_id', 'student_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('map_point',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('section_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('latitude', sa.Integer(), nullable=False),
    sa.Column('longitude', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.Column('trashed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('trashed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_map_point_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_map_point_school_id')),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_map_point_section_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['trashed_by_id'], ['person.id'], name=op.f('fk_map_point_trashed_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_map_point'))
    )
    with op.batch_alter_table('map_point', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_map_point_section_id'), ['section_id'], unique=False)

    op.create_table('minisite_page',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('section_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('published', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.Column('trashed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('trashed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_minisite_page_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_minisite_page_school_id')),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_minisite_page_section_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['trashed_by_id'], ['person.id'], name=op.f('fk_minisite_page_trashed_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minisite_page'))
    )
    with op.batch_alter_table('minisite_page', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_minisite_page_section_id'), ['section_id'], unique=False)

    op.create_table('partnership_class',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('section_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_partnership_class_class_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_partnership_class_school_id')),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_partnership_class_section_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_partnership_class'))
    )
    with op.batch_alter_table('partnership_class', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_partnership_class_school_id'), ['school_id'], unique=False)
        batch_op.create_index('uq_partnership_class_section_id_class_id', ['section_id', 'class_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('search_link',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('section_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('address', sa.String(length=500), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_search_link_section_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_link'))
    )
    with op.batch_alter_table('search_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_link_section_id'), ['section_id'], unique=False)

    op.create_table('section_role',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('section_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('teaching_group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('profile', sa.String(length=12), nullable=True),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('CASE WHEN person_id IS NULL THEN 0 ELSE 1 END + CASE WHEN group_id IS NULL THEN 0 ELSE 1 END + CASE WHEN teaching_group_id IS NULL THEN 0 ELSE 1 END + CASE WHEN class_id IS NULL THEN 0 ELSE 1 END <= 1', name=op.f('ck_section_role_one_subject')),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_section_role_class_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['group_id'], ['free_group.id'], name=op.f('fk_section_role_group_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_section_role_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_section_role_section_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['teaching_group_id'], ['teaching_group.id'], name=op.f('fk_section_role_teaching_group_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_section_role'))
    )
    with op.batch_alter_table('section_role', schema=None) as batch_op:
        batch_op.create_index('ix_section_role_person_id', ['person_id'], unique=False)
        batch_op.create_index('ix_section_role_section_id', ['section_id'], unique=False)

    op.create_table('absence_explanation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('absence_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('guardian_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['absence_id'], ['absence.id'], name=op.f('fk_absence_explanation_absence_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['guardian_id'], ['person.id'], name=op.f('fk_absence_explanation_guardian_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence_explanation'))
    )
    with op.batch_alter_table('absence_explanation', schema=None) as batch_op:
        batch_op.create_index('ix_absence_explanation_guardian_id', ['guardian_id'], unique=False)
        batch_op.create_index('uq_absence_explanation_absence_id_guardian_id', ['absence_id', 'guardian_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('contest_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('contest_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('handed_in_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_contest_entry_author_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_contest_entry_contest_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sha256'], ['blob.sha256'], name=op.f('fk_contest_entry_sha256')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contest_entry'))
    )
    with op.batch_alter_table('contest_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contest_entry_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contest_entry_sha256'), ['sha256'], unique=False)
        batch_op.create_index('uq_contest_entry_contest_id_author_id', ['contest_id', 'author_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.create_table('media_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('section_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('folder_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('shared', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.String(length=100), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('author_profile', sa.String(length=12), nullable=True),
    sa.Column('shows_pupils', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.Column('trashed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('trashed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_media_file_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['folder_id'], ['folder.id'], name=op.f('fk_media_file_folder_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_media_file_school_id')),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_media_file_section_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sha256'], ['blob.sha256'], name=op.f('fk_media_file_sha256')),
    sa.ForeignKeyConstraint(['trashed_by_id'], ['person.id'], name=op.f('fk_media_file_trashed_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_media_file'))
    )
    with op.batch_alter_table('media_file', schema=None) as batch_op:
        batch_op.create_index('ix_media_file_author_id', ['author_id'], unique=False)
        batch_op.create_index('ix_media_file_section_id_folder_id_name', ['section_id', 'folder_id', 'name'], unique=False)
        batch_op.create_index('ix_media_file_section_id_shared_id', ['section_id', 'shared', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_media_file_sha256'), ['sha256'], unique=False)

    op.create_table('school_life_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lesson_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('homework_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('activity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('liaison_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('council_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_school_life_file_activity_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['council_id'], ['class_council.id'], name=op.f('fk_school_life_file_council_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['homework_id'], ['homework.id'], name=op.f('fk_school_life_file_homework_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_school_life_file_lesson_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['liaison_id'], ['liaison_entry.id'], name=op.f('fk_school_life_file_liaison_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sha256'], ['blob.sha256'], name=op.f('fk_school_life_file_sha256')),
    sa.ForeignKeyConstraint(['state_id'], ['homework_state.id'], name=op.f('fk_school_life_file_state_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_life_file'))
    )
    with op.batch_alter_table('school_life_file', schema=None) as batch_op:
        batch_op.create_index('ix_school_life_file_activity_id', ['activity_id'], unique=False)
        batch_op.create_index('ix_school_life_file_council_id', ['council_id'], unique=False)
        batch_op.create_index('ix_school_life_file_homework_id', ['homework_id'], unique=False)
        batch_op.create_index('ix_school_life_file_lesson_id', ['lesson_id'], unique=False)
        batch_op.create_index('ix_school_life_file_liaison_id', ['liaison_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_school_life_file_sha256'), ['sha256'], unique=False)
        batch_op.create_index('ix_school_life_file_state_id', ['state_id'], unique=False)

    op.create_table('article_attachment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_article_attachment_article_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sha256'], ['blob.sha256'], name=op.f('fk_article_attachment_sha256')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article_attachment'))
    )
    with op.batch_alter_table('article_attachment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_article_attachment_article_id'), ['article_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_article_attachment_sha256'), ['sha256'], unique=False)

    op.create_table('comment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('set_aside_by', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_comment_article_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_comment_author_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment'))
    )
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_comment_article_id'), ['article_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_comment_author_id'), ['author_id'], unique=False)

    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.add_column(sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('category_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('author_profile', sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column('comments_open', sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('returned', sa.String(length=600), server_default='', nullable=False))
        batch_op.add_column(sa.Column('set_aside_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('trashed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('trashed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index('ix_article_author_id', ['author_id'], unique=False)
        batch_op.create_index('ix_article_school_published', ['school_id', 'published_at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_article_trashed_by_id'), 'person', ['trashed_by_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_article_school_id'), 'school', ['school_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_article_category_id'), 'category', ['category_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('blob', schema=None) as batch_op:
        batch_op.alter_column('kind',
               existing_type=sa.VARCHAR(length=60),
               type_=sa.String(length=100),
               existing_nullable=False)

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('used_first_name', sa.String(length=80), server_default='', nullable=False))
        batch_op.add_column(sa.Column('used_search_name', sa.String(length=80), server_default='', nullable=False))
        batch_op.add_column(sa.Column('died_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('lifetime', sa.String(length=10), nullable=True))

    with op.batch_alter_table('person_function', schema=None) as batch_op:
        batch_op.create_index('ix_person_function_code', ['code'], unique=False)
        batch_op.create_index('ix_person_function_discipline_code', ['discipline_code'], unique=False)

    with op.batch_alter_table('section', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=12), server_default='school', nullable=False))
        batch_op.add_column(sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('temporary', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('services', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('code', sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column('departmental', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('quota', sa.BigInteger(), server_default='1000000000', nullable=False))
        batch_op.add_column(sa.Column('used', sa.BigInteger(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('trash_reason', sa.String(length=10), server_default='', nullable=False))
        batch_op.add_column(sa.Column('set_aside_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('trashed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('trashed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.alter_column('school_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.drop_constraint(batch_op.f('uq_section_school_id_slug'), type_='unique')
        batch_op.create_index('uq_section_school_id_slug', ['school_id', 'slug'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.create_index('ix_section_school_id_parent_id', ['school_id', 'parent_id'], unique=False)
        batch_op.create_index('uq_section_class_id', ['class_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.create_index('uq_section_code', ['code'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.create_index('uq_section_group_id', ['group_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.create_index('uq_section_person_id', ['person_id'], unique=True, sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_section_person_id'), 'person', ['person_id'], ['id'], ondelete='CASCADE')
        batch_op.create_foreign_key(batch_op.f('fk_section_trashed_by_id'), 'person', ['trashed_by_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_section_group_id'), 'free_group', ['group_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_section_class_id'), 'school_class', ['class_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_section_parent_id'), 'section', ['parent_id'], ['id'], ondelete='SET NULL')
    # What was there are a school's own sections with a blog; an article carries the school of its section (G11).
    op.execute("UPDATE section SET services = '[\"blog\"]'")
    op.execute("UPDATE article SET school_id = (SELECT school_id FROM section WHERE section.id = article.section_id)")


def downgrade() -> None:
    # The schema before knows a school's own sections only, and no trash.
    op.execute("DELETE FROM article WHERE trashed_at IS NOT NULL OR set_aside_by IS NOT NULL")
    gone = "kind <> 'school' OR trashed_at IS NOT NULL OR set_aside_by IS NOT NULL"
    op.execute(f"DELETE FROM article WHERE section_id IN (SELECT id FROM section WHERE {gone})")
    op.execute(f"DELETE FROM section WHERE {gone}")
    with op.batch_alter_table('section', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_section_parent_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_section_class_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_section_group_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_section_trashed_by_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_section_person_id'), type_='foreignkey')
        batch_op.drop_index('uq_section_person_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('uq_section_group_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('uq_section_code', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('uq_section_class_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('ix_section_school_id_parent_id')
        batch_op.drop_index('uq_section_school_id_slug', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.create_unique_constraint(batch_op.f('uq_section_school_id_slug'), ['school_id', 'slug'])
        batch_op.alter_column('school_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('trashed_by_id')
        batch_op.drop_column('trashed_at')
        batch_op.drop_column('made_by')
        batch_op.drop_column('set_aside_by')
        batch_op.drop_column('trash_reason')
        batch_op.drop_column('used')
        batch_op.drop_column('quota')
        batch_op.drop_column('departmental')
        batch_op.drop_column('code')
        batch_op.drop_column('person_id')
        batch_op.drop_column('group_id')
        batch_op.drop_column('class_id')
        batch_op.drop_column('services')
        batch_op.drop_column('temporary')
        batch_op.drop_column('parent_id')
        batch_op.drop_column('kind')

    with op.batch_alter_table('person_function', schema=None) as batch_op:
        batch_op.drop_index('ix_person_function_discipline_code')
        batch_op.drop_index('ix_person_function_code')

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('lifetime')
        batch_op.drop_column('died_on')
        batch_op.drop_column('used_search_name')
        batch_op.drop_column('used_first_name')

    with op.batch_alter_table('blob', schema=None) as batch_op:
        batch_op.alter_column('kind',
               existing_type=sa.String(length=100),
               type_=sa.VARCHAR(length=60),
               existing_nullable=False)

    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_article_category_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_article_school_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_article_trashed_by_id'), type_='foreignkey')
        batch_op.drop_index('ix_article_school_published')
        batch_op.drop_index('ix_article_author_id')
        batch_op.drop_column('trashed_by_id')
        batch_op.drop_column('trashed_at')
        batch_op.drop_column('made_by')
        batch_op.drop_column('set_aside_by')
        batch_op.drop_column('returned')
        batch_op.drop_column('submitted_at')
        batch_op.drop_column('comments_open')
        batch_op.drop_column('author_profile')
        batch_op.drop_column('category_id')
        batch_op.drop_column('school_id')

    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_comment_author_id'))
        batch_op.drop_index(batch_op.f('ix_comment_article_id'))

    op.drop_table('comment')
    with op.batch_alter_table('article_attachment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_article_attachment_sha256'))
        batch_op.drop_index(batch_op.f('ix_article_attachment_article_id'))

    op.drop_table('article_attachment')
    with op.batch_alter_table('school_life_file', schema=None) as batch_op:
        batch_op.drop_index('ix_school_life_file_state_id')
        batch_op.drop_index(batch_op.f('ix_school_life_file_sha256'))
        batch_op.drop_index('ix_school_life_file_liaison_id')
        batch_op.drop_index('ix_school_life_file_lesson_id')
        batch_op.drop_index('ix_school_life_file_homework_id')
        batch_op.drop_index('ix_school_life_file_council_id')
        batch_op.drop_index('ix_school_life_file_activity_id')

    op.drop_table('school_life_file')
    with op.batch_alter_table('media_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_media_file_sha256'))
        batch_op.drop_index('ix_media_file_section_id_shared_id')
        batch_op.drop_index('ix_media_file_section_id_folder_id_name')
        batch_op.drop_index('ix_media_file_author_id')

    op.drop_table('media_file')
    with op.batch_alter_table('contest_entry', schema=None) as batch_op:
        batch_op.drop_index('uq_contest_entry_contest_id_author_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index(batch_op.f('ix_contest_entry_sha256'))
        batch_op.drop_index(batch_op.f('ix_contest_entry_author_id'))

    op.drop_table('contest_entry')
    with op.batch_alter_table('absence_explanation', schema=None) as batch_op:
        batch_op.drop_index('uq_absence_explanation_absence_id_guardian_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('ix_absence_explanation_guardian_id')

    op.drop_table('absence_explanation')
    with op.batch_alter_table('section_role', schema=None) as batch_op:
        batch_op.drop_index('ix_section_role_section_id')
        batch_op.drop_index('ix_section_role_person_id')

    op.drop_table('section_role')
    with op.batch_alter_table('search_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_link_section_id'))

    op.drop_table('search_link')
    with op.batch_alter_table('partnership_class', schema=None) as batch_op:
        batch_op.drop_index('uq_partnership_class_section_id_class_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index(batch_op.f('ix_partnership_class_school_id'))

    op.drop_table('partnership_class')
    with op.batch_alter_table('minisite_page', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_minisite_page_section_id'))

    op.drop_table('minisite_page')
    with op.batch_alter_table('map_point', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_map_point_section_id'))

    op.drop_table('map_point')
    with op.batch_alter_table('homework_state', schema=None) as batch_op:
        batch_op.drop_index('uq_homework_state_homework_id_student_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('ix_homework_state_student_id')

    op.drop_table('homework_state')
    with op.batch_alter_table('folder', schema=None) as batch_op:
        batch_op.drop_index('ix_folder_section_id_parent_id')

    op.drop_table('folder')
    with op.batch_alter_table('contest', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contest_section_id'))

    op.drop_table('contest')
    with op.batch_alter_table('category', schema=None) as batch_op:
        batch_op.drop_index('uq_category_section_id_name', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.drop_table('category')
    with op.batch_alter_table('announcement_offline', schema=None) as batch_op:
        batch_op.drop_index('ix_announcement_offline_school_id')

    op.drop_table('announcement_offline')
    with op.batch_alter_table('announcement_copy', schema=None) as batch_op:
        batch_op.drop_index('uq_announcement_copy_announcement_id_person_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('ix_announcement_copy_person_id')

    op.drop_table('announcement_copy')
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.drop_index('ix_absence_student_id_starts_at')
        batch_op.drop_index('ix_absence_school_id_starts_at')
        batch_op.drop_index('ix_absence_roll_call_id')

    op.drop_table('absence')
    with op.batch_alter_table('roll_call', schema=None) as batch_op:
        batch_op.drop_index('uq_roll_call_lesson_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('ix_roll_call_school_id_held_at')
        batch_op.drop_index(batch_op.f('ix_roll_call_class_id'))

    op.drop_table('roll_call')
    with op.batch_alter_table('report_line', schema=None) as batch_op:
        batch_op.drop_index('uq_report_line_card_id_subject', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index(batch_op.f('ix_report_line_teacher_id'))

    op.drop_table('report_line')
    with op.batch_alter_table('questionnaire_answer', schema=None) as batch_op:
        batch_op.drop_index('ix_questionnaire_answer_questionnaire_id_person_id')
        batch_op.drop_index('ix_questionnaire_answer_person_id')

    op.drop_table('questionnaire_answer')
    with op.batch_alter_table('project_pupil', schema=None) as batch_op:
        batch_op.drop_index('uq_project_pupil_project_id_student_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index(batch_op.f('ix_project_pupil_student_id'))

    op.drop_table('project_pupil')
    with op.batch_alter_table('message_copy', schema=None) as batch_op:
        batch_op.drop_index('uq_message_copy_message_id_owner_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index(batch_op.f('ix_message_copy_student_id'))
        batch_op.drop_index('ix_message_copy_owner_unread', sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))
        batch_op.drop_index('ix_message_copy_owner_place_arrived')
        batch_op.drop_index('ix_message_copy_owner_folder_arrived')
        batch_op.drop_index('ix_message_copy_held_school_id')

    op.drop_table('message_copy')
    with op.batch_alter_table('message_attachment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_message_attachment_sha256'))
        batch_op.drop_index(batch_op.f('ix_message_attachment_message_id'))

    op.drop_table('message_attachment')
    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.drop_index('uq_mark_assessment_id_student_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('ix_mark_student_id')

    op.drop_table('mark')
    with op.batch_alter_table('link_cut', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_link_cut_school_id'))
        batch_op.drop_index(batch_op.f('ix_link_cut_guardianship_id'))

    op.drop_table('link_cut')
    with op.batch_alter_table('liaison_receipt', schema=None) as batch_op:
        batch_op.drop_index('uq_liaison_receipt_entry_id_guardian_id_student_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('ix_liaison_receipt_student_id')
        batch_op.drop_index('ix_liaison_receipt_guardian_id')

    op.drop_table('liaison_receipt')
    with op.batch_alter_table('lesson_replacement', schema=None) as batch_op:
        batch_op.drop_index('uq_lesson_replacement_lesson_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index(batch_op.f('ix_lesson_replacement_teacher_id'))

    op.drop_table('lesson_replacement')
    with op.batch_alter_table('homework', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_homework_school_id'))
        batch_op.drop_index(batch_op.f('ix_homework_lesson_id'))
        batch_op.drop_index('ix_homework_group_id_due_on')
        batch_op.drop_index('ix_homework_class_id_due_on')
        batch_op.drop_index('ix_homework_author_id')

    op.drop_table('homework')
    with op.batch_alter_table('free_group_member', schema=None) as batch_op:
        batch_op.drop_index('uq_free_group_member_group_id_person_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('ix_free_group_member_person_id')

    op.drop_table('free_group_member')
    with op.batch_alter_table('announcement', schema=None) as batch_op:
        batch_op.drop_index('ix_announcement_school_id_shown_from')
        batch_op.drop_index(batch_op.f('ix_announcement_message_id'))
        batch_op.drop_index(batch_op.f('ix_announcement_author_id'))

    op.drop_table('announcement')
    with op.batch_alter_table('activity_given', schema=None) as batch_op:
        batch_op.drop_index('uq_activity_given_activity_id_student_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index('ix_activity_given_student_id')
        batch_op.drop_index('ix_activity_given_class_id')

    op.drop_table('activity_given')
    with op.batch_alter_table('support_link', schema=None) as batch_op:
        batch_op.drop_index('uq_support_link_student_id_adult_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index(batch_op.f('ix_support_link_school_id'))
        batch_op.drop_index('ix_support_link_adult_id')

    op.drop_table('support_link')
    with op.batch_alter_table('skill_record', schema=None) as batch_op:
        batch_op.drop_index('ix_skill_record_student_id')
        batch_op.drop_index(batch_op.f('ix_skill_record_school_id'))
        batch_op.drop_index('ix_skill_record_class_id')

    op.drop_table('skill_record')
    with op.batch_alter_table('report_card_model', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_card_model_school_id'))

    op.drop_table('report_card_model')
    with op.batch_alter_table('report_card', schema=None) as batch_op:
        batch_op.drop_index('uq_report_card_student_id_period_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index(batch_op.f('ix_report_card_school_id'))
        batch_op.drop_index('ix_report_card_class_id')

    op.drop_table('report_card')
    with op.batch_alter_table('questionnaire', schema=None) as batch_op:
        batch_op.drop_index('ix_questionnaire_school_id')
        batch_op.drop_index('ix_questionnaire_author_id')

    op.drop_table('questionnaire')
    with op.batch_alter_table('pupil_photo', schema=None) as batch_op:
        batch_op.drop_index('uq_pupil_photo_school_id_student_id', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index(batch_op.f('ix_pupil_photo_student_id'))
        batch_op.drop_index(batch_op.f('ix_pupil_photo_sha256'))

    op.drop_table('pupil_photo')
    with op.batch_alter_table('pupil_exit', schema=None) as batch_op:
        batch_op.drop_index('ix_pupil_exit_student_id')
        batch_op.drop_index(batch_op.f('ix_pupil_exit_school_id'))

    op.drop_table('pupil_exit')
    with op.batch_alter_table('preference', schema=None) as batch_op:
        batch_op.drop_index('uq_preference_person_id_name', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.drop_table('preference')
    with op.batch_alter_table('phone_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_phone_change_person_id'))

    op.drop_table('phone_change')
    with op.batch_alter_table('personal_event', schema=None) as batch_op:
        batch_op.drop_index('ix_personal_event_person_id_starts_at')

    op.drop_table('personal_event')
    op.drop_table('messaging_choice')
    with op.batch_alter_table('message_folder', schema=None) as batch_op:
        batch_op.drop_index('uq_message_folder_owner_id_name', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.drop_table('message_folder')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('ix_message_school_id_sent_at')
        batch_op.drop_index('ix_message_leaves_at')
        batch_op.drop_index('ix_message_author_id_sent_at')
        batch_op.drop_index(batch_op.f('ix_message_answers_id'))

    op.drop_table('message')
    with op.batch_alter_table('measure', schema=None) as batch_op:
        batch_op.drop_index('ix_measure_student_id')
        batch_op.drop_index('ix_measure_school_id_kind')
        batch_op.drop_index(batch_op.f('ix_measure_class_id'))
        batch_op.drop_index(batch_op.f('ix_measure_author_id'))

    op.drop_table('measure')
    with op.batch_alter_table('liaison_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_liaison_entry_student_id_written_at')
        batch_op.drop_index(batch_op.f('ix_liaison_entry_school_id'))
        batch_op.drop_index('ix_liaison_entry_class_id_written_at')
        batch_op.drop_index('ix_liaison_entry_author_id')

    op.drop_table('liaison_entry')
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_letter_school_id'))
        batch_op.drop_index(batch_op.f('ix_letter_author_id'))

    op.drop_table('letter')
    with op.batch_alter_table('lesson', schema=None) as batch_op:
        batch_op.drop_index('ix_lesson_teacher_id_starts_at')
        batch_op.drop_index('ix_lesson_school_id_starts_at')
        batch_op.drop_index('ix_lesson_group_id_starts_at')
        batch_op.drop_index('ix_lesson_class_id_starts_at')

    op.drop_table('lesson')
    with op.batch_alter_table('interdisciplinary_project', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_interdisciplinary_project_school_id'))
        batch_op.drop_index(batch_op.f('ix_interdisciplinary_project_class_id'))
        batch_op.drop_index(batch_op.f('ix_interdisciplinary_project_author_id'))

    op.drop_table('interdisciplinary_project')
    with op.batch_alter_table('hidden_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_hidden_entry_school_id_viewer')

    op.drop_table('hidden_entry')
    with op.batch_alter_table('guardian_merge', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_guardian_merge_school_id'))
        batch_op.drop_index(batch_op.f('ix_guardian_merge_merged_id'))
        batch_op.drop_index(batch_op.f('ix_guardian_merge_kept_id'))

    op.drop_table('guardian_merge')
    with op.batch_alter_table('free_group', schema=None) as batch_op:
        batch_op.drop_index('ix_free_group_school_id_name')

    op.drop_table('free_group')
    with op.batch_alter_table('cycle_review', schema=None) as batch_op:
        batch_op.drop_index('uq_cycle_review_student_id_year_id_cycle', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))
        batch_op.drop_index(batch_op.f('ix_cycle_review_school_id'))
        batch_op.drop_index(batch_op.f('ix_cycle_review_class_id'))

    op.drop_table('cycle_review')
    with op.batch_alter_table('class_council', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_class_council_school_id'))
        batch_op.drop_index('ix_class_council_class_id')

    op.drop_table('class_council')
    with op.batch_alter_table('bookmark', schema=None) as batch_op:
        batch_op.drop_index('ix_bookmark_person_id')

    op.drop_table('bookmark')
    with op.batch_alter_table('assessment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_assessment_school_id'))
        batch_op.drop_index(batch_op.f('ix_assessment_period_id'))
        batch_op.drop_index('ix_assessment_class_id_held_on')
        batch_op.drop_index('ix_assessment_author_id')

    op.drop_table('assessment')
    with op.batch_alter_table('announcement_grant', schema=None) as batch_op:
        batch_op.drop_index('ix_announcement_grant_person_id')

    op.drop_table('announcement_grant')
    with op.batch_alter_table('agenda_event', schema=None) as batch_op:
        batch_op.drop_index('ix_agenda_event_school_id_starts_at')
        batch_op.drop_index('ix_agenda_event_class_id_starts_at')
        batch_op.drop_index(batch_op.f('ix_agenda_event_author_id'))

    op.drop_table('agenda_event')
    with op.batch_alter_table('activity', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_activity_school_id'))
        batch_op.drop_index('ix_activity_author_id')

    op.drop_table('activity')
    with op.batch_alter_table('week_rotation', schema=None) as batch_op:
        batch_op.drop_index('uq_week_rotation_school_id_monday', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.drop_table('week_rotation')
    with op.batch_alter_table('school_parameter', schema=None) as batch_op:
        batch_op.drop_index('ix_school_parameter_school_id_list')

    op.drop_table('school_parameter')
    op.drop_table('school_life_settings')
    with op.batch_alter_table('period', schema=None) as batch_op:
        batch_op.drop_index('uq_period_school_id_year_id_position', sqlite_where=sa.text('set_aside_by IS NULL'), postgresql_where=sa.text('set_aside_by IS NULL'))

    op.drop_table('period')
