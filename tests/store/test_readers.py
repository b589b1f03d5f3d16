"""Opens a store with h5py, h5dump and with xarray's netcdf4 and h5netcdf engines, group by group, and compares values.

Usage: test_readers.py WRITE_SAMPLE_STORE
"""
import math
import os
import shutil
import subprocess
import sys
import tempfile
import warnings

import h5py
import netCDF4
import numpy as np
import xarray as xr

ROW = 3
GROUPS = ["points", "runs", "trajectories", "finals", "weights", "provenance", "measurements/mesa.limit",
          "verdicts/mesa.limit", "verdicts/mesa.balance"]


def expectations(program, path):
    text = subprocess.run([program, path], check=True, capture_output=True, text=True).stdout
    return dict(line.split(" ", 1) for line in text.splitlines())


def check_h5py(path, expected):
    with h5py.File(path, "r") as file:
        assert file.attrs["format"] == "flowsweep-store" and file.attrs["format_version"] == 2
        assert file.attrs["git_commit"] == "" and file.attrs["libraries"] == "HDF5, größer"
        assert "[axes]" in file["provenance/sweep_text"].asstr()[()]
        assert file["points/id"][ROW] == int(expected["id"])
        for key, value in expected.items():
            if key in file and isinstance(file[key], h5py.Dataset):
                stored = file[key][ROW]
                assert stored == float(value) or stored == int(value), key
        for name in ("host", "message"):
            text = bytes(file["runs/" + name][ROW]).rstrip(b"\0").decode("utf-8")
            assert text == expected.get(name, ""), name
        for name in ("flow_time", "risk", "gradient_norm"):
            assert file["trajectories/" + name][ROW, 0] == float(expected["start/" + name]), name
        first, count = file["weights/offset"][ROW], file["weights/count"][ROW]
        weights = file["weights/values"][first:first + count]
        assert len(weights) == int(expected["weights"]) and weights[0] == float(expected["first_weight"])
        assert file["trajectories/risk"].dims[1].label == "" and len(file["trajectories/risk"].dims[1]) == 1
        assert list(file["verdicts/mesa.limit"].attrs["hypotheses"])[1] == "vanishing moments"
        assert file["runs/committed"][-1] == 0 and math.isnan(file["finals/risk"][-1])
        assert file["verdicts/mesa.limit/verdict"][-1] == -1


def check_xarray(path, engine, expected):
    root = xr.open_dataset(path, engine=engine)
    assert root.attrs["sweep_name"] == "sample"
    points = int(expected["points"])
    for group in GROUPS:
        with xr.open_dataset(path, engine=engine, group=group) as dataset:
            dataset.load()
            for name, variable in dataset.variables.items():
                unnamed = [d for d in variable.dims if d.startswith(("phony", "dim_"))]
                assert not unnamed, (engine, group, name, variable.dims)
                if variable.dims and variable.dims[0] == "point":
                    assert variable.shape[0] == points, (engine, group, name)
                key = f"{group}/{name}"
                if key in expected and variable.ndim == 1:
                    assert float(variable[ROW]) == float(expected[key]), (engine, key)
    check_conventions(path, engine)


def check_conventions(path, engine):
    with xr.open_dataset(path, engine=engine, group="points") as points:
        assert points["init"].dims == ("point", "pair")
        assert points["times"].dims == ("point", "times_entry") and points["times"].shape[1] == 3
        assert "never" not in points
        law = points["law"]
        assert law.attrs["flag_meanings"].split() == ["gaussian", "sparse", "full-one"]
        assert list(law.attrs["flag_values"]) == [0, 1, 2] and np.issubdtype(law.dtype, np.integer)
        sparse = law.values == 1
        assert sparse.any() and not sparse.all()
        assert np.isnan(points["shape"].values[~sparse]).all() and not np.isnan(points["shape"].values[sparse]).any()
        assert np.isnan(points["seed"].values[sparse]).all() and (points["seed"].values[~sparse] == 0).all()
        mode = dict(zip(points["mode"].attrs["flag_values"], points["mode"].attrs["flag_meanings"].split()))
        assert mode == {-1: "unused", 0: "slow", 1: "fast"}
    with xr.open_dataset(path, engine=engine, group="runs") as runs:
        assert runs["status"].attrs["flag_meanings"].split()[1] == "converged"
        assert np.issubdtype(runs["status"].dtype, np.integer)
    with xr.open_dataset(path, engine=engine, group="verdicts/mesa.limit") as verdicts:
        meanings = verdicts["verdict"].attrs["flag_meanings"].split()
        assert meanings == ["not-judged", "holds", "violated", "hypothesis-unmet", "inconclusive", "failed"]
        assert verdicts.attrs["long_name"] == "ab tends to c." and verdicts.attrs["source"] == "after a paper"
        assert verdicts.attrs["standing"] == "paper"
    with xr.open_dataset(path, engine=engine, group="trajectories") as trajectories:
        assert trajectories["risk"].dims == ("point", "record") and trajectories["risk"].attrs["units"] == "1"


def walk_netcdf(group):
    for variable in group.variables.values():
        variable[...]
        {name: variable.getncattr(name) for name in variable.ncattrs()}
    for name in group.ncattrs():
        group.getncattr(name)
    return 1 + sum(walk_netcdf(child) for child in group.groups.values())


def main():
    warnings.simplefilter("error", xr.SerializationWarning)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "store.h5")
        expected = expectations(sys.argv[1], path)
        check_h5py(path, expected)
        for engine in ("netcdf4", "h5netcdf"):
            check_xarray(path, engine, expected)
        if shutil.which("h5dump"):
            dumped = subprocess.run(["h5dump", "-d", "/runs/committed", path], check=True, capture_output=True, text=True)
            assert f"({int(expected['points'])})" in dumped.stdout.replace(" ", ""), dumped.stdout
        with netCDF4.Dataset(path) as dataset:
            assert walk_netcdf(dataset) == 12  # the root, eight groups, three groups of theorems


if __name__ == "__main__":
    main()
