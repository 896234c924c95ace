/** Transactions of Spring as the outer ones of a {@code TransactionTemplate}. The only package that knows Spring. */
@NullMarked
package io.sluice.transactions.spring;

import org.jspecify.annotations.NullMarked;
