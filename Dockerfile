# syntax=docker/dockerfile:1
# The production shape: one image; compose starts it as web, worker and beat.

FROM node:22-slim AS frontend
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend/ ./
COPY garden/looks/*.json ../garden/looks/
RUN npm run build

FROM python:3.11-slim AS packages
COPY requirements.txt .
RUN pip install --no-cache-dir --prefix=/install -r requirements.txt

FROM python:3.11-slim AS production
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GREENHOUSE_DATA_DIR=/data \
    HOST=0.0.0.0 \
    LOG_FORMAT=json
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 gardener \
    && install --directory --owner=gardener /data
COPY --from=packages /install /usr/local
WORKDIR /srv/greenhouse
COPY --chmod=755 . .
COPY --from=frontend /src/static/dist static/dist
USER gardener
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["python", "manage.py", "runweb"]
