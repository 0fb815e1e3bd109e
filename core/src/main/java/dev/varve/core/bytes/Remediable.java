package dev.varve.core.bytes;

import java.util.Optional;

/** A failure that names the choice by which a user avoids it. */
public interface Remediable {
  /** The choice that avoids this; empty where there is none, or the message says what to do. */
  Optional<Remedy> remedy();
}
