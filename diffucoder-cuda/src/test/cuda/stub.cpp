// A library that has a name and nothing in it: what must be there so that a binding loads, though no test calls it.
extern "C" __attribute__((visibility("default"))) int emu_stub() { return 0; }
