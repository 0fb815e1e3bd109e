package dev.varve.cli.session;

import dev.varve.registry.Registry;
import java.io.Closeable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A client for registries, created on first use, because many commands only read files. */
public final class Registries implements Supplier<Registry>, Closeable {
  private final Supplier<Registry> open;
  private @Nullable Registry opened;

  public Registries(Supplier<Registry> open) {
    this.open = open;
  }

  @Override
  public synchronized Registry get() {
    Registry registry = opened;
    if (registry == null) {
      registry = open.get();
      opened = registry;
    }
    return registry;
  }

  @Override
  public synchronized void close() {
    if (opened != null) {
      opened.close();
    }
  }
}
