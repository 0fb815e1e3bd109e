package dev.varve.core.bytes;

import java.util.Optional;

/** A failure that names a choice by which the user can avoid it. */
public interface Remediable {
  /** The choice that avoids the failure; empty if none does, or if the message has the advice. */
  Optional<Remedy> remedy();
}
