// Exits with 0 if the gradient vanishes at a b = E v^4 / E v^6 = 1 for the sparse law of scale 1, and not
// elsewhere.
#include <cmath>
#include <vector>

#include "risk/population.hpp"

double largest_entry(double a, double b) {
  const std::vector<double> scale = {1.0};
  flowsweep::risk::PopulationRisk risk(flowsweep::distribution::find_family("sparse")->make(4, scale), 100);
  std::vector<double> gradient(risk.size());
  risk.gradient(flowsweep::risk::diagonal_start(4, a, b), gradient);
  double largest = 0.0;
  for (double entry : gradient) largest = std::fmax(largest, std::fabs(entry));
  return largest;
}

int main() {
  const double rounding = 1e-10;  // terms are up to 1e2
  return largest_entry(2.0, 0.5) < rounding && largest_entry(1.0, 0.5) > 1.0 ? 0 : 1;
}
