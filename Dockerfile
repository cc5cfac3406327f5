# The service in a container. What it is told: `migrate` (DATABASE_OWNER_URL), then `serve` and beside it
# `deliver-webhooks` (DATABASE_URL of the application's role, OOCD_JWKS_URL and the other settings of app/settings.py);
# `run` is the local mode, for a look.

FROM python:3.13-slim-bookworm AS packages
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: -r requirements.txt \
    && /venv/bin/python -m pip uninstall --yes pip

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin oocd \
    && install -d -o oocd -g oocd -m 0700 /data
COPY --from=packages /venv /venv
WORKDIR /service
COPY alembic.ini ./
COPY migrations ./migrations
COPY openapi ./openapi
COPY app ./app
COPY oocd ./
COPY tools/verify_audit.py ./tools/
COPY tools/verify_sample.py ./tools/
ENV PATH=/service:/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OOCD_HOST=0.0.0.0 \
    DATA_DIR=/data \
    PORT=8000
# A start would otherwise compile the whole service again: what runs here may not write beside it.
RUN python -m compileall -q app
USER 10001
EXPOSE 8000
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=90s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health/readiness', timeout=2)"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve"]
