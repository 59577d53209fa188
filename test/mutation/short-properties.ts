import fc from 'fast-check';

/** A change that is noticed is noticed: nobody reads the smallest counterexample, and looking for it takes the most time. */
fc.configureGlobal({ endOnFailure: true, numRuns: 50 });
