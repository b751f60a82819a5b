# SPDX-License-Identifier: GPL-3.0-or-later
"""table.py RESULTS PROGRAMS   Prints which case of each contract passed on which implementation, from what the contract
tests said when they last ran (record.sh). Fails when a case failed, or did not run on an implementation although it did
on another, and no reason is named."""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
# Contract: its header; the test classes that run it, as test program, class and what they test.
CONTRACTS = {
    "Broker": ("brokercontract.h", [
        ("tst_memorybroker", "TestMemoryBroker", "memory"),
        ("tst_journalbroker", "DurableContract", "SQLite"),
        ("tst_journalpostgresql", "PostgresqlContract", "PostgreSQL"),
        ("tst_journalbroker", "MemoryContract", "memory behind the journal"),
        ("tst_journalbroker", "MixedContract", "both"),
        ("tst_redisbroker", "TestRedisBroker", "Redis"),
    ]),
    "Presence": ("presencecontract.h", [
        ("tst_memorypresence", "TestMemoryPresence", "memory"),
        ("tst_redispresence", "ContractOnRedis", "Redis"),
    ]),
    "Store": ("storecontract.h", [
        ("tst_sqlitestore", "TestSqliteStore", "SQLite"),
        ("tst_postgresqlstore", "TestPostgresqlStore", "PostgreSQL"),
    ]),
}
# (class, case): why it need not run there.
EXCUSED = {}
LINE = re.compile(r"^(PASS|FAIL!|SKIP|XFAIL|XPASS|BPASS|BFAIL) *: (\w+)::(\w+)\(([^)]*)\) ?(.*)")


def cases_of(header):
    """The test functions that a contract declares."""
    text = (HERE / header).read_text()
    slots = text.split("private slots:")[1].split("private:")[0].split("protected:")[0]
    names = re.findall(r"void (\w+)\(\);", slots)
    around = {"init", "cleanup", "initTestCase", "cleanupTestCase"}
    return [name for name in names if name not in around and not name.endswith("_data")]


def outcomes_of(file):
    """(class, case) → the worst of what its rows came to, and what was said about it."""
    found = {}
    for line in file.read_text(errors="replace").splitlines():
        match = LINE.match(line)
        if not match:
            continue
        state, owner, case, _, said = match.groups()
        if found.get((owner, case), ("PASS", ""))[0] in ("PASS", "SKIP"):
            found[owner, case] = (state, said)
    return found


def main(results, programs):
    faults, reasons = [], []
    for contract, (header, columns) in CONTRACTS.items():
        cases = cases_of(header)
        outcomes = {}
        for program in sorted({program for program, _, _ in columns}):
            file = results / f"{program}.txt"
            if not file.exists() or file.stat().st_mtime < (programs / program).stat().st_mtime:
                faults.append(f"{program} has not run since it was built: ctest -L contract")
            else:
                outcomes.update(outcomes_of(file))
        width = max(len(case) for case in cases)
        print(f"\n{contract.ljust(width)} | " + " | ".join(name for _, _, name in columns))
        print("-" * width + "-|-" + "-|-".join("-" * len(name) for _, _, name in columns))
        for case in cases:
            cells = []
            for _, owner, name in columns:
                state, said = outcomes.get((owner, case), ("", ""))
                if state == "PASS":
                    mark = "pass"
                elif state == "SKIP" or (owner, case) in EXCUSED:
                    mark = "–"
                    reasons.append(f"{contract}, {name}, {case}: {said or EXCUSED.get((owner, case))}")
                else:
                    mark = "FAIL" if state else "none"
                    faults.append(f"{contract}, {name}, {case}: {said if state else 'did not run'}")
                cells.append(mark.ljust(len(name)))
            print(f"{case.ljust(width)} | " + " | ".join(cells))
        own = {owner: 0 for _, owner, _ in columns}
        for owner, case in outcomes:
            own[owner] = own.get(owner, 0) + (case not in cases and case not in ("initTestCase", "cleanupTestCase"))
        print(f"{'beside these, its own'.ljust(width)} | " +
              " | ".join(str(own[owner]).ljust(len(name)) for _, owner, name in columns))
    for title, lines in (("Not run, because:", reasons), ("Wrong:", faults)):
        if lines:
            print(f"\n{title}")
            print("\n".join(f"  {line}" for line in lines))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
