FROM python:3.13-slim AS build
# `otel` instead of `base` adds the OpenTelemetry exporter.
ARG LOCK=base
WORKDIR /build
COPY requirements/ requirements/
RUN pip install --no-cache-dir --require-hashes --requirement requirements/uv.txt \
    && python -m venv --without-pip /opt/steward \
    && uv pip install --no-cache --python /opt/steward/bin/python --compile-bytecode \
        --only-binary :all: --require-hashes --requirement "requirements/${LOCK}.txt"
RUN uv pip install --no-cache --system --only-binary :all: --require-hashes --requirement requirements/web.txt
COPY web/package.json web/package-lock.json web/.npmrc web/
RUN cd web && npm ci
COPY pyproject.toml README.md LICENSE ./
COPY src/ src/
COPY web/ web/
RUN mkdir -p web/build \
    && PYTHONPATH=src /opt/steward/bin/python -m steward openapi >web/build/openapi.json \
    && cd web && npm run types && npm run build
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir dist . \
    && uv pip install --no-cache --python /opt/steward/bin/python --compile-bytecode --no-deps dist/*.whl

FROM python:3.13-slim
COPY --from=build /opt/steward /opt/steward
RUN install --directory --owner 10001 --group 10001 /data
ENV PATH=/opt/steward/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ENV HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
# Alone in a container, a server that is only waiting for its database must not be restarted: /livez, not /readyz.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/livez', timeout=2)"]
ENTRYPOINT ["steward"]
CMD ["serve"]
