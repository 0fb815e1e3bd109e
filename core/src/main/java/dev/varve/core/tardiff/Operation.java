package dev.varve.core.tardiff;

import java.util.Optional;

/** The operations of both versions. */
enum Operation {
  /** Emits the bytes that follow. */
  DATA(0, TarDiffVersion.ONE),
  /** Opens the source file whose path follows, at position 0. */
  OPEN(1, TarDiffVersion.ONE),
  /** Emits bytes of the source. */
  COPY(2, TarDiffVersion.ONE),
  /** Emits the bytes that follow, each plus the source's byte, modulo 256. */
  ADD_DATA(3, TarDiffVersion.ONE),
  /** Sets the position in the source. */
  SEEK(4, TarDiffVersion.ONE),
  /** Emits what the zstd frame that follows makes from the whole source. */
  ZSTD_DICT(5, TarDiffVersion.TWO);

  /** The largest ADD_DATA and ZSTD_DICT, which readers may keep in memory: 100 MiB. */
  static final int MAX_IN_MEMORY = 100 << 20;

  private final int number;
  private final TarDiffVersion since;

  Operation(int number, TarDiffVersion since) {
    this.number = number;
    this.since = since;
  }

  /** Returns the number that stands for the operation in a tar-diff. */
  int number() {
    return number;
  }

  /** Returns the operation with a number, if a version has one. */
  static Optional<Operation> of(int number, TarDiffVersion version) {
    for (Operation operation : values()) {
      if (operation.number == number && operation.since.compareTo(version) <= 0) {
        return Optional.of(operation);
      }
    }
    return Optional.empty();
  }
}
