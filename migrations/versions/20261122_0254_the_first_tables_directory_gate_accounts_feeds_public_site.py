"""the first tables: directory, gate, accounts, feeds, public site

Revision ID: 20261122a
Revises: 
Create Date: 2026-11-22 02:54:30.656298+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = '20261122a'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('count', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.create_table('audit_line',
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('machine_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('portal_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('actor', sa.String(length=40), nullable=False),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('subject_kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_line'))
    )
    with op.batch_alter_table('audit_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_line_school_id'), ['school_id'], unique=False)
        batch_op.create_index('ix_audit_line_subject', ['subject_kind', 'subject_id'], unique=False)

    op.create_table('blob',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('unreferenced_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_blob'))
    )
    op.create_table('gate_rules',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('schools_may_amend', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('boundaries_seen_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gate_rules'))
    )
    op.create_table('job_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=30), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('late_seconds', sa.Float(), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_run')),
    sa.UniqueConstraint('name', 'due_at', name=op.f('uq_job_run_name_due_at'))
    )
    with op.batch_alter_table('job_run', schema=None) as batch_op:
        batch_op.create_index('ix_job_run_started_at', ['started_at'], unique=False)

    op.create_table('mef',
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('label', sa.String(length=160), nullable=False),
    sa.Column('stat', sa.String(length=12), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_mef'))
    )
    op.create_table('project',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('zone', sa.String(length=40), nullable=False),
    sa.Column('rollover_year', sa.Integer(), nullable=False),
    sa.Column('accent', sa.String(length=7), nullable=False),
    sa.Column('contact', sa.Text(), nullable=False),
    sa.Column('demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project'))
    )
    op.create_table('revision',
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_revision'))
    )
    op.create_table('school',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('uai', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('search_name', sa.String(length=240), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('zone', sa.String(length=40), nullable=False),
    sa.Column('hostname', sa.String(length=190), nullable=True),
    sa.Column('in_service', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('street', sa.String(length=200), nullable=False),
    sa.Column('postal_code', sa.String(length=12), nullable=False),
    sa.Column('town', sa.String(length=80), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('email', sa.String(length=200), nullable=False),
    sa.Column('academy', sa.String(length=60), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('source_key', sa.String(length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school')),
    sa.UniqueConstraint('hostname', name=op.f('uq_school_hostname')),
    sa.UniqueConstraint('uai', name=op.f('uq_school_uai'))
    )
    with op.batch_alter_table('school', schema=None) as batch_op:
        batch_op.create_index('ix_school_search_name', ['search_name'], unique=False)

    op.create_table('school_year',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('begins', sa.Integer(), nullable=False),
    sa.Column('teachers_first_day', sa.Date(), nullable=True),
    sa.Column('first_day', sa.Date(), nullable=True),
    sa.Column('last_day', sa.Date(), nullable=True),
    sa.Column('holidays_from', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_year')),
    sa.UniqueConstraint('begins', name=op.f('uq_school_year_begins'))
    )
    op.create_table('subject',
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('label', sa.String(length=160), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_subject'))
    )
    op.create_table('throttle',
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('blocked_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_throttle'))
    )
    op.create_table('wish_count',
    sa.Column('network', sa.String(length=64), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('network', name=op.f('pk_wish_count'))
    )
    op.create_table('audit_detail',
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['number'], ['audit_line.number'], name=op.f('fk_audit_detail_number')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_detail'))
    )
    op.create_table('closing_window',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('profiles', sa.JSON(), nullable=False),
    sa.Column('start_day', sa.Date(), nullable=True),
    sa.Column('start_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_day', sa.Date(), nullable=True),
    sa.Column('end_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=12), nullable=False),
    sa.Column('earliest_start', sa.Date(), nullable=True),
    sa.Column('latest_start', sa.Date(), nullable=True),
    sa.Column('earliest_end', sa.Date(), nullable=True),
    sa.Column('latest_end', sa.Date(), nullable=True),
    sa.Column('holds', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('next_news', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('grace', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(start_day is null) <> (start_at is null)', name=op.f('ck_closing_window_one_start')),
    sa.CheckConstraint('end_day is null or end_at is null', name=op.f('ck_closing_window_at_most_one_end')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_closing_window_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closing_window'))
    )
    with op.batch_alter_table('closing_window', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_closing_window_school_id'), ['school_id'], unique=False)

    op.create_table('feed_import',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('delivered_on', sa.Date(), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('warnings', sa.JSON(), nullable=False),
    sa.Column('reason', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_feed_import_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_import'))
    )
    with op.batch_alter_table('feed_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feed_import_source'), ['source'], unique=False)

    op.create_table('person',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('source_key', sa.String(length=60), nullable=False),
    sa.Column('ine', sa.String(length=11), nullable=True),
    sa.Column('siecle_id', sa.String(length=20), nullable=True),
    sa.Column('title', sa.String(length=8), nullable=False),
    sa.Column('last_name', sa.String(length=80), nullable=False),
    sa.Column('birth_name', sa.String(length=80), nullable=False),
    sa.Column('first_name', sa.String(length=80), nullable=False),
    sa.Column('other_first_names', sa.String(length=160), nullable=False),
    sa.Column('search_name', sa.String(length=240), nullable=False),
    sa.Column('birth_date', sa.Date(), nullable=True),
    sa.Column('email', sa.String(length=200), nullable=False),
    sa.Column('home_phone', sa.String(length=40), nullable=False),
    sa.Column('work_phone', sa.String(length=40), nullable=False),
    sa.Column('mobile_phone', sa.String(length=40), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('postal_code', sa.String(length=12), nullable=False),
    sa.Column('town', sa.String(length=80), nullable=False),
    sa.Column('country', sa.String(length=60), nullable=False),
    sa.Column('home_school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('fingerprint', sa.LargeBinary(), nullable=True),
    sa.Column('sessions_valid_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['home_school_id'], ['school.id'], name=op.f('fk_person_home_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('source', 'source_key', name=op.f('uq_person_source_source_key'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_home_school_id'), ['home_school_id'], unique=False)
        batch_op.create_index('ix_person_ine', ['ine'], unique=False)
        batch_op.create_index('ix_person_search_name', ['search_name'], unique=False)

    op.create_table('practical_notice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('shown_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('shown_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('send_wanted', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_practical_notice_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_practical_notice'))
    )
    with op.batch_alter_table('practical_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_practical_notice_school_id'), ['school_id'], unique=False)

    op.create_table('redirect_text',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('profile', sa.String(length=12), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_redirect_text_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_redirect_text')),
    sa.UniqueConstraint('school_id', 'profile', 'language', name=op.f('uq_redirect_text_school_id_profile_language'))
    )
    with op.batch_alter_table('redirect_text', schema=None) as batch_op:
        batch_op.create_index('uq_redirect_text_project', ['profile', 'language'], unique=True, sqlite_where=sa.text('school_id is null'), postgresql_where=sa.text('school_id is null'))

    op.create_table('reopening_wish',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('profile', sa.String(length=12), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_reopening_wish_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reopening_wish')),
    sa.UniqueConstraint('address', 'school_id', 'profile', name=op.f('uq_reopening_wish_address_school_id_profile'))
    )
    with op.batch_alter_table('reopening_wish', schema=None) as batch_op:
        batch_op.create_index('ix_reopening_wish_school_profile', ['school_id', 'profile'], unique=False)

    op.create_table('school_class',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('level', sa.String(length=20), nullable=True),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_school_class_school_id')),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_school_class_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_class')),
    sa.UniqueConstraint('school_id', 'year_id', 'code', name=op.f('uq_school_class_school_id_year_id_code'))
    )
    with op.batch_alter_table('school_class', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_school_class_year_id'), ['year_id'], unique=False)

    op.create_table('school_days',
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=True),
    sa.Column('grid_published', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_school_days_school_id')),
    sa.PrimaryKeyConstraint('school_id', name=op.f('pk_school_days'))
    )
    op.create_table('school_site',
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('welcome', sa.Text(), nullable=False),
    sa.Column('contact', sa.Text(), nullable=False),
    sa.Column('opening_hours', sa.Text(), nullable=False),
    sa.Column('banner', sa.String(length=64), nullable=True),
    sa.Column('banner_text', sa.String(length=200), nullable=False),
    sa.Column('colour', sa.String(length=7), nullable=False),
    sa.Column('latitude', sa.Numeric(precision=8, scale=5), nullable=True),
    sa.Column('longitude', sa.Numeric(precision=8, scale=5), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.ForeignKeyConstraint(['banner'], ['blob.sha256'], name=op.f('fk_school_site_banner')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_school_site_school_id')),
    sa.PrimaryKeyConstraint('school_id', name=op.f('pk_school_site'))
    )
    op.create_table('section',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('introduction', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('visible', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('restricted', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_section_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_section')),
    sa.UniqueConstraint('school_id', 'slug', name=op.f('uq_section_school_id_slug'))
    )
    op.create_table('sessions_cut',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('profile', sa.String(length=12), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_sessions_cut_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sessions_cut')),
    sa.UniqueConstraint('school_id', 'profile', name=op.f('uq_sessions_cut_school_id_profile'))
    )
    op.create_table('teaching_group',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_teaching_group_school_id')),
    sa.ForeignKeyConstraint(['year_id'], ['school_year.id'], name=op.f('fk_teaching_group_year_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teaching_group')),
    sa.UniqueConstraint('school_id', 'year_id', 'code', name=op.f('uq_teaching_group_school_id_year_id_code'))
    )
    with op.batch_alter_table('teaching_group', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_teaching_group_year_id'), ['year_id'], unique=False)

    op.create_table('account',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('login', sa.String(length=80), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('code_hash', sa.String(length=64), nullable=True),
    sa.Column('code_expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('email', sa.String(length=200), nullable=True),
    sa.Column('email_proved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('first_sign_in_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_account_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_account')),
    sa.UniqueConstraint('login', name=op.f('uq_account_login'))
    )
    op.create_table('affiliation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('profile', sa.String(length=12), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_affiliation_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_affiliation_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_affiliation')),
    sa.UniqueConstraint('person_id', 'school_id', 'profile', name=op.f('uq_affiliation_person_id_school_id_profile'))
    )
    with op.batch_alter_table('affiliation', schema=None) as batch_op:
        batch_op.create_index('ix_affiliation_school_profile', ['school_id', 'profile'], unique=False)

    op.create_table('article',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('section_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('summary', sa.String(length=400), nullable=False),
    sa.Column('source', sa.Text(), server_default='', nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_article_author_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_article_section_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article'))
    )
    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.create_index('ix_article_section_published', ['section_id', 'published_at'], unique=False)

    op.create_table('class_membership',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.Column('subject_code', sa.String(length=12), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_class_membership_class_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_class_membership_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_membership')),
    sa.UniqueConstraint('class_id', 'person_id', 'role', 'subject_code', name=op.f('uq_class_membership_class_id_person_id_role_subject_code'))
    )
    with op.batch_alter_table('class_membership', schema=None) as batch_op:
        batch_op.create_index('ix_class_membership_person_id', ['person_id'], unique=False)

    op.create_table('draft',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('path', sa.String(length=400), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_draft_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft'))
    )
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_draft_person_id'), ['person_id'], unique=False)

    op.create_table('email_token',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('purpose', sa.String(length=8), nullable=False),
    sa.Column('email', sa.String(length=200), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_email_token_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_email_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_email_token_token_hash'))
    )
    with op.batch_alter_table('email_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_email_token_person_id'), ['person_id'], unique=False)

    op.create_table('feed_alias',
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('fingerprint', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_feed_alias_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('source', 'key', name=op.f('pk_feed_alias'))
    )
    with op.batch_alter_table('feed_alias', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feed_alias_person_id'), ['person_id'], unique=False)

    op.create_table('feed_departure',
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('import_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('noticed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['feed_import.id'], name=op.f('fk_feed_departure_import_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_feed_departure_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('source', 'person_id', name=op.f('pk_feed_departure'))
    )
    with op.batch_alter_table('feed_departure', schema=None) as batch_op:
        batch_op.create_index('ix_feed_departure_import_id', ['import_id'], unique=False)

    op.create_table('feed_reject',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('import_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('entry', sa.String(length=80), nullable=False),
    sa.Column('whole', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['feed_import.id'], name=op.f('fk_feed_reject_import_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_feed_reject_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_reject'))
    )
    with op.batch_alter_table('feed_reject', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feed_reject_import_id'), ['import_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_feed_reject_school_id'), ['school_id'], unique=False)

    op.create_table('feed_structure',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('import_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('delivered_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['feed_import.id'], name=op.f('fk_feed_structure_import_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_feed_structure_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_structure')),
    sa.UniqueConstraint('source', 'key', name=op.f('uq_feed_structure_source_key'))
    )
    op.create_table('foreign_identity',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('provider', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=190), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_foreign_identity_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_foreign_identity')),
    sa.UniqueConstraint('provider', 'subject', name=op.f('uq_foreign_identity_provider_subject'))
    )
    with op.batch_alter_table('foreign_identity', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_foreign_identity_person_id'), ['person_id'], unique=False)

    op.create_table('group_membership',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.Column('subject_code', sa.String(length=12), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['teaching_group.id'], name=op.f('fk_group_membership_group_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_group_membership_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_membership')),
    sa.UniqueConstraint('group_id', 'person_id', 'role', 'subject_code', name=op.f('uq_group_membership_group_id_person_id_role_subject_code'))
    )
    with op.batch_alter_table('group_membership', schema=None) as batch_op:
        batch_op.create_index('ix_group_membership_person_id', ['person_id'], unique=False)

    op.create_table('guardianship',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('student_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('guardian_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('standing', sa.String(length=10), nullable=False),
    sa.Column('link_code', sa.String(length=4), nullable=False),
    sa.Column('pays', sa.Boolean(), nullable=False),
    sa.Column('cut_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['guardian_id'], ['person.id'], name=op.f('fk_guardianship_guardian_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_guardianship_student_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guardianship')),
    sa.UniqueConstraint('student_id', 'guardian_id', name=op.f('uq_guardianship_student_id_guardian_id'))
    )
    with op.batch_alter_table('guardianship', schema=None) as batch_op:
        batch_op.create_index('ix_guardianship_guardian_id', ['guardian_id'], unique=False)

    op.create_table('outbox_message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=10), server_default='waiting', nullable=False),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('error', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_outbox_message_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_outbox_message_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_message')),
    sa.UniqueConstraint('key', name=op.f('uq_outbox_message_key'))
    )
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_message_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_outbox_message_queued_at', ['queued_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_message_school_id'), ['school_id'], unique=False)
        batch_op.create_index('ix_outbox_message_waiting', ['state', 'not_before'], unique=False)

    op.create_table('person_function',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('label', sa.String(length=120), nullable=False),
    sa.Column('discipline_code', sa.String(length=12), nullable=False),
    sa.Column('discipline', sa.String(length=120), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_function_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_person_function_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_function')),
    sa.UniqueConstraint('person_id', 'school_id', 'code', 'discipline_code', name=op.f('uq_person_function_person_id_school_id_code_discipline_code'))
    )
    with op.batch_alter_table('person_function', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_function_school_id'), ['school_id'], unique=False)

    op.create_table('role_grant',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_role_grant_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_role_grant_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grant'))
    )
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_role_grant_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_role_grant_school_id'), ['school_id'], unique=False)

    op.create_table('sign_in_session',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('door', sa.String(length=12), nullable=False),
    sa.Column('provider', sa.String(length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('browser', sa.String(length=120), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('facts_revision', sa.BigInteger(), nullable=False),
    sa.Column('must_change', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sign_in_session_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_in_session_token_hash'))
    )
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.create_index('ix_sign_in_session_person_id', ['person_id'], unique=False)

    op.create_table('window_amendment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('window_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('level', sa.String(length=20), nullable=True),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('start_day', sa.Date(), nullable=True),
    sa.Column('start_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_day', sa.Date(), nullable=True),
    sa.Column('end_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('by_operator', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('end_day is null or end_at is null', name=op.f('ck_window_amendment_at_most_one_end')),
    sa.CheckConstraint('start_day is null or start_at is null', name=op.f('ck_window_amendment_at_most_one_start')),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_window_amendment_class_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_window_amendment_school_id')),
    sa.ForeignKeyConstraint(['window_id'], ['closing_window.id'], name=op.f('fk_window_amendment_window_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_window_amendment'))
    )
    with op.batch_alter_table('window_amendment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_window_amendment_class_id'), ['class_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_window_amendment_school_id'), ['school_id'], unique=False)
        batch_op.create_index('ix_window_amendment_window_school', ['window_id', 'school_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('window_amendment', schema=None) as batch_op:
        batch_op.drop_index('ix_window_amendment_window_school')
        batch_op.drop_index(batch_op.f('ix_window_amendment_school_id'))
        batch_op.drop_index(batch_op.f('ix_window_amendment_class_id'))

    op.drop_table('window_amendment')
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.drop_index('ix_sign_in_session_person_id')

    op.drop_table('sign_in_session')
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_role_grant_school_id'))
        batch_op.drop_index(batch_op.f('ix_role_grant_person_id'))

    op.drop_table('role_grant')
    with op.batch_alter_table('person_function', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_function_school_id'))

    op.drop_table('person_function')
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_message_waiting')
        batch_op.drop_index(batch_op.f('ix_outbox_message_school_id'))
        batch_op.drop_index('ix_outbox_message_queued_at')
        batch_op.drop_index(batch_op.f('ix_outbox_message_person_id'))

    op.drop_table('outbox_message')
    with op.batch_alter_table('guardianship', schema=None) as batch_op:
        batch_op.drop_index('ix_guardianship_guardian_id')

    op.drop_table('guardianship')
    with op.batch_alter_table('group_membership', schema=None) as batch_op:
        batch_op.drop_index('ix_group_membership_person_id')

    op.drop_table('group_membership')
    with op.batch_alter_table('foreign_identity', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_foreign_identity_person_id'))

    op.drop_table('foreign_identity')
    op.drop_table('feed_structure')
    with op.batch_alter_table('feed_reject', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_feed_reject_school_id'))
        batch_op.drop_index(batch_op.f('ix_feed_reject_import_id'))

    op.drop_table('feed_reject')
    with op.batch_alter_table('feed_departure', schema=None) as batch_op:
        batch_op.drop_index('ix_feed_departure_import_id')

    op.drop_table('feed_departure')
    with op.batch_alter_table('feed_alias', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_feed_alias_person_id'))

    op.drop_table('feed_alias')
    with op.batch_alter_table('email_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_email_token_person_id'))

    op.drop_table('email_token')
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_draft_person_id'))

    op.drop_table('draft')
    with op.batch_alter_table('class_membership', schema=None) as batch_op:
        batch_op.drop_index('ix_class_membership_person_id')

    op.drop_table('class_membership')
    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.drop_index('ix_article_section_published')

    op.drop_table('article')
    with op.batch_alter_table('affiliation', schema=None) as batch_op:
        batch_op.drop_index('ix_affiliation_school_profile')

    op.drop_table('affiliation')
    op.drop_table('account')
    with op.batch_alter_table('teaching_group', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_teaching_group_year_id'))

    op.drop_table('teaching_group')
    op.drop_table('sessions_cut')
    op.drop_table('section')
    op.drop_table('school_site')
    op.drop_table('school_days')
    with op.batch_alter_table('school_class', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_school_class_year_id'))

    op.drop_table('school_class')
    with op.batch_alter_table('reopening_wish', schema=None) as batch_op:
        batch_op.drop_index('ix_reopening_wish_school_profile')

    op.drop_table('reopening_wish')
    with op.batch_alter_table('redirect_text', schema=None) as batch_op:
        batch_op.drop_index('uq_redirect_text_project', sqlite_where=sa.text('school_id is null'), postgresql_where=sa.text('school_id is null'))

    op.drop_table('redirect_text')
    with op.batch_alter_table('practical_notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_practical_notice_school_id'))

    op.drop_table('practical_notice')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index('ix_person_search_name')
        batch_op.drop_index('ix_person_ine')
        batch_op.drop_index(batch_op.f('ix_person_home_school_id'))

    op.drop_table('person')
    with op.batch_alter_table('feed_import', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_feed_import_source'))

    op.drop_table('feed_import')
    with op.batch_alter_table('closing_window', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_closing_window_school_id'))

    op.drop_table('closing_window')
    op.drop_table('audit_detail')
    op.drop_table('wish_count')
    op.drop_table('throttle')
    op.drop_table('subject')
    op.drop_table('school_year')
    with op.batch_alter_table('school', schema=None) as batch_op:
        batch_op.drop_index('ix_school_search_name')

    op.drop_table('school')
    op.drop_table('revision')
    op.drop_table('project')
    op.drop_table('mef')
    with op.batch_alter_table('job_run', schema=None) as batch_op:
        batch_op.drop_index('ix_job_run_started_at')

    op.drop_table('job_run')
    op.drop_table('gate_rules')
    op.drop_table('blob')
    with op.batch_alter_table('audit_line', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_line_subject')
        batch_op.drop_index(batch_op.f('ix_audit_line_school_id'))

    op.drop_table('audit_line')
    op.drop_table('audit_head')
