// What a server that runs under the shim is told, in a file that both map (Drivers/Servers/
// ServerShim.swift writes it). The layout is fixed: eight bytes each, in this order.
#ifndef SOLDOUT_SHIM_H
#define SOLDOUT_SHIM_H

#include <stdint.h>

struct soldout_shim {
  /// Odd while the rest is being written.
  volatile uint64_t sequence;
  /// Added to the wall clock, in ns.
  volatile int64_t offset;
  /// The wall clock runs so much faster from `base` (ns of the true one) on, in millionths; with 0 it stands
  /// there.
  volatile int64_t rate;
  volatile int64_t base;
  /// How long fsync and fdatasync take longer, in ns.
  volatile int64_t sync_delay;
};

#endif
