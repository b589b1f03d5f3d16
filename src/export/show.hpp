#pragma once
#include <iosfwd>
#include <string>
#include <string_view>

#include "store/store.hpp"

namespace flowsweep::exporting {

/// The row of a point named by its id or by the first digits of it (hexadecimal). Throws InputError if no
/// point, or more than one, has an id that begins so.
std::size_t row_of(const store::Reader& reader, std::string_view id);

/// Prints one point in words: parameters, how the run ended, final observables, a sketch of the trajectory of
/// ab, and what every theorem says with all its margins. `store` is the path that printed commands name. A
/// point without a committed row is shown with its parameters only.
void show(store::Reader& reader, const sweep::Vocabulary& vocabulary, std::size_t row,
          const std::string& store, std::ostream& out);

}  // namespace flowsweep::exporting
