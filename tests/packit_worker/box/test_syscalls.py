import struct

from packit_worker.box.syscalls import program


def test_a_program_is_made_of_instructions_and_ends_with_allow():
    for machine in ("x86_64", "aarch64"):
        made = program(machine)
        assert len(made) % 8 == 0
        assert len(made) < 4096  # it must fit into a pipe at once
        code, _, _, value = struct.unpack("<HBBI", made[-8:])
        assert (code, value) == (0x06, 0x7FFF0000)


def test_a_machine_without_numbers_has_no_program():
    assert program("riscv64") is None
