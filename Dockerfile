# syntax=docker/dockerfile:1
# One image for amd64 and arm64, with the package installed in it. Alone it is the whole embedded greenhouse:
#   docker run --name greenhouse -v greenhouse:/data -p 127.0.0.1:8000:8000 digital-greenhouse
# compose starts it as web, worker and beat. Nothing writes outside /data, so the root file system may be read-only.

# What it makes is the same on every machine, so it runs on the builder's own.
FROM --platform=$BUILDPLATFORM node:24-slim AS frontend
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend/ ./
COPY garden/looks/*.json ../garden/looks/
RUN npm run build

FROM python:3.14-slim AS package
RUN python -m venv /opt/greenhouse
WORKDIR /src
COPY requirements.txt .
RUN /opt/greenhouse/bin/pip install --no-cache-dir --only-binary=:all: --requirement requirements.txt
COPY . .
COPY --from=frontend /src/static/dist static/dist
RUN /opt/greenhouse/bin/pip install --no-cache-dir --no-deps .

FROM python:3.14-slim AS production
ENV PATH=/opt/greenhouse/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GREENHOUSE_DATA_DIR=/data \
    HOST=0.0.0.0 \
    PORT=8000 \
    LOG_FORMAT=json
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 gardener \
    && install --directory --mode=700 --owner=gardener --group=gardener /data
COPY --from=package /opt/greenhouse /opt/greenhouse
USER 1000
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s --start-interval=2s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health/ready', timeout=4)"]
CMD ["digital-greenhouse"]
