#!/usr/bin/env bash
# Prepares this checkout: system packages, a virtual environment, the package with pinned dependencies.
#
#   files/setup.sh           what the demo needs
#   files/setup.sh testing   what the tests need as well
#
# Both README commands call it; a second run finds everything done. PYTHON names another
# interpreter, PACKIT_WORKER_VENV another place for the environment.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-demo}
venv=${PACKIT_WORKER_VENV:-.venv}

# The packages of each program, for Debian and for Fedora.
programs_demo="python3 git gcc krb5-config rpm rsync bwrap"
programs_testing="$programs_demo redis-server rabbitmq-server initdb chromium krb5kdc kinit"

package_of() { # program, family
    case "$1/$2" in
        python3/debian) echo "python3 python3-venv" ;;
        python3/fedora) echo python3 ;;
        redis-server/debian) echo redis-server ;;
        redis-server/fedora) echo redis ;;
        initdb/debian) echo postgresql ;;
        initdb/fedora) echo postgresql-server ;;
        gcc/debian) echo "gcc python3-dev" ;;
        gcc/fedora) echo "gcc python3-devel" ;;
        krb5-config/debian) echo libkrb5-dev ;;
        krb5-config/fedora) echo krb5-devel ;;
        krb5kdc/debian) echo "krb5-kdc krb5-admin-server" ;;
        krb5kdc/fedora) echo krb5-server ;;
        kinit/debian) echo krb5-user ;;
        kinit/fedora) echo krb5-workstation ;;
        bwrap/*) echo bubblewrap ;;
        rpm/debian) echo "rpm python3-rpm" ;;
        rpm/fedora) echo "rpm-build python3-rpm" ;;
        *) echo "$1" ;; # its package has its name
    esac
}

is_there() {
    case "$1" in
        python3) python=$(find_python) && "$python" -c 'import venv, ensurepip' 2>/dev/null ;;
        initdb) command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ;;
        rabbitmq-server | krb5kdc) command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] ;;
        chromium) command -v chromium >/dev/null || command -v chromium-browser >/dev/null ;;
        redis-server) command -v redis-server >/dev/null || command -v valkey-server >/dev/null ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

find_python() {
    local candidate
    for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

install_system_packages() {
    local family=fedora missing="" program wanted=programs_$purpose
    [ -e /etc/debian_version ] && family=debian
    for program in ${!wanted}; do
        is_there "$program" || missing+=" $(package_of "$program" $family)"
    done
    [ -z "$missing" ] && return
    if [ "$(id -u)" != 0 ]; then
        echo "Missing:$missing" >&2
        [ $family = debian ] && echo "As root: apt-get install$missing" >&2
        [ $family = fedora ] && echo "As root: dnf install$missing" >&2
        exit 2
    fi
    echo "Installing:$missing"
    if [ $family = debian ]; then
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        # shellcheck disable=SC2086 # a list of words
        apt-get install -y -qq --no-install-recommends $missing >/dev/null || give_up "$missing"
    else
        # shellcheck disable=SC2086 # a list of words
        dnf install -y -q $missing || give_up "$missing"
    fi
}

give_up() {
    echo "Could not be installed:$1. See above; what tests lack they say themselves." >&2
    exit 2
}

install_package() {
    local extras="[process]" python stamp
    [ "$purpose" = testing ] && extras="[process,testing]"
    python=$(find_python) || { echo "Python 3.11 or later is missing" >&2; exit 2; }
    stamp="$(cat setup.cfg files/constraints.txt | sha256sum | cut -c1-16) $("$python" --version)"
    # What the tests need holds all that the demo needs.
    if grep -qxF "$stamp" "$venv/installed$extras" "$venv/installed[process,testing]" 2>/dev/null
    then
        return
    fi
    echo "Installing packit-worker$extras into $venv"
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check \
        -c files/constraints.txt -e ".$extras"
    [ "$purpose" = testing ] && install_schemas
    echo "$stamp" >"$venv/installed$extras"
}

# In a folder of their own: the tests run the bus consumer with them and without.
install_schemas() {
    rm -rf "$venv/schemas"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps \
        -c files/constraints.txt --target "$venv/schemas" \
        copr-common copr-messaging koji-fedoramessaging-messages pagure-messages
}

install_system_packages
install_package
