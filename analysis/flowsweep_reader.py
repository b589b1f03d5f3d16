"""Reads flowsweep stores: points, final observables, trajectories and verdicts, with words instead of codes.

    store = Store("paper.h5")
    store.points()                           # a row per point, a column per axis
    store.verdicts("mesa.limit")             # verdict, margin, predicted, measured, tolerance
    store.hypotheses("mesa.limit")           # margins of its hypotheses, NaN where undecided
    store.measurements("mesa.limit")         # what it measured on each run
    store.trajectory("a684f2ded682a55f")     # a row per record, a column per observable
    store.weights("a684f2ded682a55f")        # final weights as matrices: (B, A), or complex (P, Q)
    open_xarray("paper.h5")                  # all of it as one xarray Dataset

Stores may be read while a sweep writes them; points without a committed row are left out.
"""
import h5py
import numpy as np
import pandas as pd

FORMAT = "flowsweep-store"
VERSION = 2
RUN_FIELDS = ("status", "steps", "evaluations", "wall_seconds", "flow_time")
JUDGED = ("verdict", "margin", "predicted", "measured", "tolerance")


class StoreError(Exception):
    """A file that is no store, or a question that the store has no answer to."""


class Store:
    """One store, opened for reading. Columns come in the order of the store, rows in that of the sweep."""

    def __init__(self, path):
        self.path = str(path)
        try:
            self._file = h5py.File(self.path, "r")
        except OSError as error:
            raise StoreError(f"{self.path}: cannot be opened as an HDF5 file ({error})") from None
        tag, version = (self._file.attrs.get(name) for name in ("format", "format_version"))
        if tag != FORMAT or version != VERSION:
            self.close()
            raise StoreError(f"{self.path}: format {tag!r}, version {version}; this reader knows {FORMAT!r}, version {VERSION}")
        self._rows = np.flatnonzero(self._file["runs/committed"][:] == 1)
        self.ids = [f"{number:016x}" for number in self._file["points/id"][:][self._rows]]
        self._row_of = dict(zip(self.ids, self._rows))

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        self._file.close()

    @property
    def sweep_name(self):
        return self._file.attrs["sweep_name"]

    @property
    def sweep_text(self):
        return self._file["provenance/sweep_text"].asstr()[()]

    @property
    def axes(self):
        """Axes that at least one point uses."""
        return [name for name in self._file["points"].attrs["axes"] if name in self._file["points"]]

    @property
    def observables(self):
        return list(self._file["trajectories"].attrs["observables"])

    @property
    def theorems(self):
        return list(self._file.attrs["theorems"])

    def axis(self, name):
        """One value a point: a number, a word, a pair (a0, b0) or a tuple; None (NaN for real axes) where unused."""
        if name not in self.axes:
            raise StoreError(f"no axis {name!r} in {self.path}; it has {', '.join(self.axes)}")
        return self._column(f"points/{name}")

    def points(self):
        """DataFrame: a row per committed point, indexed by id, a column per axis."""
        return self._frame({name: self._column(f"points/{name}") for name in self.axes})

    def runs(self):
        """DataFrame: how each run ended and what it took."""
        return self._frame({name: self._column(f"runs/{name}") for name in RUN_FIELDS})

    def finals(self):
        """DataFrame: the observables at the end of each run."""
        return self._frame({name: self._column(f"finals/{name}") for name in self.observables})

    def verdicts(self, theorem):
        """DataFrame: what one theorem says of each point, the verdict as a word."""
        if theorem not in self.theorems:
            raise StoreError(f"no theorem {theorem!r} in {self.path}; it has {', '.join(self.theorems)}")
        return self._frame({name: self._column(f"verdicts/{theorem}/{name}") for name in JUDGED})

    def hypotheses(self, theorem):
        """DataFrame: the margin of each hypothesis of one theorem at each point; NaN where the point leaves it undecided."""
        if theorem not in self.theorems:
            raise StoreError(f"no theorem {theorem!r} in {self.path}; it has {', '.join(self.theorems)}")
        prefix = "hypothesis_"
        names = [name for name in self._file[f"verdicts/{theorem}"] if name.startswith(prefix)]
        return self._frame({name[len(prefix):]: self._column(f"verdicts/{theorem}/{name}") for name in names})

    def measurements(self, theorem):
        """DataFrame: what one theorem measured on each run, a column a measurement."""
        if theorem not in self.theorems:
            raise StoreError(f"no theorem {theorem!r} in {self.path}; it has {', '.join(self.theorems)}")
        names = self._file[f"verdicts/{theorem}"].attrs["measurements"]
        return self._frame({name: self._column(f"measurements/{theorem}/{name}") for name in names})

    def trajectory(self, point_id):
        """DataFrame: a row per record of one run (the first is the start), with flow_time and every observable."""
        group, row = self._file["trajectories"], self._row(point_id)
        frame = pd.DataFrame({name: group[name][row] for name in ["flow_time", *self.observables]})
        return frame[frame["flow_time"].notna()]

    def weights(self, point_id):
        """Final weights of one run: (B, A), d x d, of a population risk; with all blocks free (P, Q), d x 2d and 2d x 2d,
        where B is P[:, :d] and A is Q[d:, :d]; of an empirical risk the same, complex. Of softmax attention on prompts one
        flat array: for each layer W_Q, W_K, W_V, then A_1, A_2 of a key map mlp and of a value map mlp; last W_1, b_1, W_2,
        b_2; all row-major. NaN where the run failed."""
        row, points = self._row(point_id), self._file["points"]
        first, count = (int(self._file[f"weights/{name}"][row]) for name in ("offset", "count"))
        flat, d = self._file["weights/values"][first:first + count], int(points["dimension"][row])
        if "queries" in self.axes and self.axis("queries")[self.ids.index(point_id)] is not None:
            return flat
        if count == 2 * d * d:
            return flat[:d * d].reshape(d, d), flat[d * d:].reshape(d, d)
        entries = flat if count == 6 * d * d else flat.view(complex)
        return entries[:2 * d * d].reshape(d, 2 * d), entries[2 * d * d:].reshape(2 * d, 2 * d)

    def _row(self, point_id):
        if point_id not in self._row_of:
            raise StoreError(f"no committed point {point_id} in {self.path}")
        return self._row_of[point_id]

    def _frame(self, columns):
        return pd.DataFrame(columns, index=pd.Index(self.ids, name="id"))

    def _column(self, path):
        dataset = self._file[path]
        return _decoded(dataset, dataset[:][self._rows])


def _decoded(dataset, values):
    """Stored numbers as what they stand for."""
    if "flag_meanings" in dataset.attrs:
        return _words(dataset, values)
    if values.ndim == 2:
        return _tuples(values)
    if "_FillValue" in dataset.attrs and np.issubdtype(values.dtype, np.integer):
        unused = values == np.ravel(dataset.attrs["_FillValue"])[0]
        return np.where(unused, None, values.astype(object)) if unused.any() else values
    return values


def _words(dataset, values):
    meanings = dict(zip(np.ravel(dataset.attrs["flag_values"]).tolist(), dataset.attrs["flag_meanings"].split()))
    words = np.empty(len(values), dtype=object)
    words[:] = [None if meanings[value] == "unused" else meanings[value] for value in values.tolist()]
    return words


def _tuples(values):
    """Rows without their trailing NaN; None for rows of NaN only."""
    rows = np.empty(len(values), dtype=object)
    rows[:] = [tuple(row[~np.isnan(row)].tolist()) or None for row in values]
    return rows


def open_xarray(path):
    """The store as one Dataset over (point, record).

    Axes are coordinates under their keys (`parameter.KEY` where an observable has the same name, as in `flowsweep
    export`), trajectories go by the names of their observables; `final.OBSERVABLE`, `THEOREM.verdict`, `THEOREM.margin`
    and so on are over point alone, and so is `end_time`.
    """
    import xarray as xr

    with Store(path) as store:
        file, rows = store._file, store._rows
        tables = {"": store.runs(), "final.": store.finals()}
        tables.update({f"{theorem}.": store.verdicts(theorem) for theorem in store.theorems})
        variables = {prefix + name: ("point", table[name].values) for prefix, table in tables.items() for name in table}
        variables["end_time"] = variables.pop("flow_time")
        for name in ["flow_time", *store.observables]:
            attributes = {key: file["trajectories"][name].attrs[key] for key in ("long_name", "units")}
            variables[name] = (("point", "record"), file["trajectories"][name][:][rows], attributes)
        coordinates = {"id": ("point", np.array(store.ids, dtype=object))}
        for name in store.axes:
            coordinates[f"parameter.{name}" if name in variables else name] = ("point", store.axis(name))
        attributes = {"sweep_name": store.sweep_name, "git_commit": file.attrs["git_commit"], "store": store.path}
        return xr.Dataset(variables, coordinates, attributes)
