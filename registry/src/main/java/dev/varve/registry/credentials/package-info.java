/**
 * The sources of logins: given logins, podman's and Docker's auth files, and credential helpers;
 * and the auth file that a login is stored in. This package sends no requests.
 */
@NullMarked
package dev.varve.registry.credentials;

import org.jspecify.annotations.NullMarked;
