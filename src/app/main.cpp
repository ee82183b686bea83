#include "app/run.h"

int main(int argc, char** argv) {
  return mandate::app::run(argc, argv);
}
