// Every kernel of the backend, as one translation unit.
#include "add.cu"
#include "embed.cu"
#include "rmsnorm.cu"
#include "rope.cu"
#include "rows.cu"
#include "score.cu"
#include "swiglu.cu"
