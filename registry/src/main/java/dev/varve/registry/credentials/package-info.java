/**
 * Where logins come from: what was given, podman's and docker's auth files, credential helpers; and
 * the auth file that a login is kept in. Nothing here sends a request.
 */
@NullMarked
package dev.varve.registry.credentials;

import org.jspecify.annotations.NullMarked;
