import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


def points(words):
    return models.PositiveSmallIntegerField(default=0, help_text=words)


class Migration(migrations.Migration):
    """Offers are copies: what is new in them is 0 until `manage.py publish_offers` has run, as prep_db does."""

    dependencies = [
        ('instructors', '0003_teaching_side'),
    ]

    operations = [
        migrations.AlterField('offer', 'score', models.PositiveSmallIntegerField(help_text='What of the ranking does not depend on the question.')),
        migrations.AddField('offer', 'rating_points', points('Tenths of points for the rating, with its confidence.'), preserve_default=False),
        migrations.AddField('offer', 'newcomer_points', points('The same for who has few reviews so far.'), preserve_default=False),
        migrations.AddField('offer', 'complete_points', points('The same for what the profile says.'), preserve_default=False),
        migrations.AddField('offer', 'marks', models.BigIntegerField(default=0, help_text='What facets count, as bits.'), preserve_default=False),
        migrations.CreateModel(
            name='ServiceText',
            fields=[
                ('service', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='instructors.service')),
                ('words', django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='freespan',
            index=models.Index(models.F('starts_at'), include=('ends_at', 'instructor', 'travel'), name='free_span_by_time'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(models.F('subject'), models.OrderBy(django.db.models.functions.comparison.Coalesce('rating', models.Value(0.0)), descending=True), models.F('instructor'), name='offer_of_subject_by_rating'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(models.F('category'), models.OrderBy(django.db.models.functions.comparison.Coalesce('rating', models.Value(0.0)), descending=True), models.F('instructor'), name='offer_of_category_by_rating'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(models.OrderBy(django.db.models.functions.comparison.Coalesce('rating', models.Value(0.0)), descending=True), models.F('instructor'), name='offer_by_rating'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(models.F('subject'), models.F('hourly_cents'), models.F('instructor'), name='offer_of_subject_by_price'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(models.F('category'), models.F('hourly_cents'), models.F('instructor'), name='offer_of_category_by_price'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(models.F('hourly_cents'), models.F('instructor'), name='offer_by_price'),
        ),
        migrations.AddIndex(
            model_name='servicetext',
            index=django.contrib.postgres.indexes.GinIndex(fields=['words'], name='service_text_words'),
        ),
        # A span is found by the key and read from it, without a look at the table.
        migrations.RunSQL(
            sql="""
                ALTER TABLE instructors_freespan DROP CONSTRAINT instructors_freespan_pkey;
                ALTER TABLE instructors_freespan ADD CONSTRAINT instructors_freespan_pkey
                    PRIMARY KEY (instructor_id, travel, starts_at) INCLUDE (ends_at);
            """,
            reverse_sql="""
                ALTER TABLE instructors_freespan DROP CONSTRAINT instructors_freespan_pkey;
                ALTER TABLE instructors_freespan ADD CONSTRAINT instructors_freespan_pkey
                    PRIMARY KEY (instructor_id, travel, starts_at);
            """,
        ),
    ]
