#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace flowsweep::cli {

/// The files slurm/NAME.sbatch by NAME, as they were when the program was built.
const std::map<std::string, std::string, std::less<>>& batch_templates();

/// A template of slurm/ whose lines for Slurm and for what to run are being filled in. Values may be user
/// text: none is ever evaluated by a shell.
class BatchScript {
 public:
  explicit BatchScript(std::string_view template_name);

  /// Replaces the line "#SBATCH --KEY=.." (or "##SBATCH --KEY=..", which is switched off). `value` consists
  /// of letters, digits and -_.,:@%; std::logic_error for others, and for a template without such a line.
  void set_directive(std::string_view key, std::string_view value);

  /// Replaces the line "NAME=..", the value quoted for the shell. Throws InputError for control characters.
  void set_variable(std::string_view name, const std::string& value);
  /// The same for a line "NAME=(..)", each value an item.
  void set_list(std::string_view name, const std::vector<std::string>& values);

  const std::string& text() const { return text_; }

 private:
  void replace_line(const std::string& start, const std::string& line);

  std::string text_;
};

/// A name for a job and its log: characters other than letters, digits and -_. become _, as does a leading
/// dot or dash; at most 64 characters.
std::string job_name(std::string_view name);

/// `path`, written so that no program takes it for an option.
std::string never_an_option(const std::string& path);

}  // namespace flowsweep::cli
