/** Brings the panels to life: small scripts on HTML that the server wrote. They speak through the store only. */

import { startChoice } from './choice'
import { startNotes } from './notes'
import { startOptions } from './options'
import { startPhoto } from './photo'
import { startPresence } from './presence'
import { startSearch } from './search'
import { startSheet } from './sheet'
import { startSkyColors } from './skyColors'
import { startSound } from './sound'
import { startStars } from './stars'
import { startTour } from './tour'
import { startWalk } from './walk'
import { startWeather } from './weather'

startSkyColors()
startOptions()
startWalk()
startSheet()
startSearch()
startStars()
startSound()
startWeather()
startTour()
startPhoto()
startNotes()
startChoice()
startPresence()

document.documentElement.dataset.scripted = '' // buttons that need a script show now, not before they work
