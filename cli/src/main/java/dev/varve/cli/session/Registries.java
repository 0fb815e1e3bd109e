package dev.varve.cli.session;

import dev.varve.registry.Registry;
import java.io.Closeable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A client for registries, made when it is first needed: most commands read files alone. */
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
