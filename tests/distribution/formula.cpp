#include "formula.hpp"

#include <cctype>
#include <cmath>
#include <stdexcept>

namespace flowsweep::test {
namespace {

// Recursive descent: sum = product {+- product}, product = power {[/] power}, power = atom [^ atom].
class Parser {
 public:
  Parser(const std::string& text, const std::map<std::string, double>& values)
      : text_(text), values_(values) {}

  double whole() {
    const double value = sum();
    if (peek() != '\0') throw std::invalid_argument("cannot read \"" + text_ + "\"");
    return value;
  }

 private:
  char peek() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char wanted) {
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }
  static bool starts_atom(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '('; }

  double sum() {
    double value = product();
    while (peek() == '+' || peek() == '-') value += text_[at_++] == '+' ? product() : -product();
    return value;
  }
  double product() {
    double value = power();
    for (;;) {
      if (take('/'))
        value /= power();
      else if (starts_atom(peek()))
        value *= power();
      else
        return value;
    }
  }
  double power() {
    const double base = atom();
    return take('^') ? std::pow(base, atom()) : base;
  }
  double atom() {
    if (take('(')) {
      const double value = sum();
      if (!take(')')) throw std::invalid_argument("\")\" missing in \"" + text_ + "\"");
      return value;
    }
    const std::size_t begin = at_;
    if (std::isdigit(static_cast<unsigned char>(peek())) != 0) {
      std::size_t length = 0;
      const double value = std::stod(text_.substr(at_), &length);
      at_ += length;
      return value;
    }
    std::string name;
    while (std::isalpha(static_cast<unsigned char>(peek_here())) != 0) name += text_[at_++];
    const auto found = values_.find(name);
    if (found == values_.end())
      throw std::invalid_argument("\"" + name + "\" unknown at " + std::to_string(begin) + " of \"" + text_ +
                                  "\"");
    return found->second;
  }
  char peek_here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  const std::string& text_;
  const std::map<std::string, double>& values_;
  std::size_t at_ = 0;
};

}  // namespace

double evaluate(const std::string& formula, const std::map<std::string, double>& values) {
  return Parser(formula, values).whole();
}

}  // namespace flowsweep::test
