package dev.varve.core.tardiff;

import java.io.IOException;

/** Receives the operations of a tar-diff. Bytes that a handler does not read are skipped. */
interface OperationHandler {
  /** DATA: {@code bytes} contains {@code size} bytes. */
  void data(long size, OperationBytes bytes) throws IOException;

  /** OPEN: the path is valid. */
  void open(String path) throws IOException;

  /** COPY. */
  void copy(long size) throws IOException;

  /** ADD_DATA: {@code bytes} contains {@code size} bytes. */
  void add(long size, OperationBytes bytes) throws IOException;

  /** SEEK. */
  void seek(long position) throws IOException;

  /** ZSTD_DICT: {@code frame} contains {@code size} bytes. */
  void patch(long size, OperationBytes frame) throws IOException;
}
