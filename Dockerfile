# One image for every part: the command says which (relay, worker, …).
FROM fedora:43

RUN dnf install -y --setopt=install_weak_deps=False \
        python3 python3-pip python3-devel gcc krb5-devel \
        git rpm-build python3-rpm rsync bubblewrap krb5-workstation \
    && dnf clean all

WORKDIR /src
COPY setup.py setup.cfg README.md LICENSE ./
COPY files/ files/
COPY parsers/ parsers/
COPY packit_worker/ packit_worker/
RUN python3 -m venv /opt/packit-worker \
    && /opt/packit-worker/bin/pip install --no-cache-dir -c files/constraints.txt '.[process]' \
    && useradd --create-home worker

USER worker
WORKDIR /home/worker
# On SIGTERM a worker finishes what it has in hand, within worker_soft_shutdown_timeout.
ENV PATH=/opt/packit-worker/bin:$PATH \
    REMAP_SIGTERM=SIGQUIT
ENTRYPOINT ["packit-worker"]
CMD ["worker"]
